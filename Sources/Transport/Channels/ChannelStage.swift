/// A stage on the way to a channel, once it is passed.
enum ChannelStage {
  /// Something answers and speaks SSH; where.
  case connected(String)
  /// The host's key is the one of known_hosts; which.
  case verified(String)
  /// The host let us in; by what.
  case authenticated(String)

  /// The names of the checks in the order of the stages.
  static let names = ["connection", "host key", "authentication"]

  /// The name of the check.
  var name: String {
    switch self {
    case .connected: ChannelStage.names[0]
    case .verified: ChannelStage.names[1]
    case .authenticated: ChannelStage.names[2]
    }
  }

  /// What was found.
  var detail: String {
    switch self {
    case .connected(let detail), .verified(let detail), .authenticated(let detail): detail
    }
  }
}
