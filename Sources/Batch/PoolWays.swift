import SweepModel
import Transport

/// Who reaches whom between this machine, a pool's login host and its pilots.
struct PoolWays {
  let pool: PoolSpec
  /// The work folder's whole path on the login host.
  let folder: String

  /// The command that begins another beside a pilot; nil where nothing does, or nobody wants it.
  var attaching: String? {
    [.auto, .attach].contains(pool.link) ? pool.request.system.attach.first : nil
  }

  /// What a person should know of it.
  ///
  /// - Parameter canAttach: Whether the login host has that command.
  func check(canAttach: Bool) -> HostReport.Check {
    let sentence = ([toLogin] + toPilots(canAttach)).joined(separator: "; ")
    guard let attaching, !canAttach else { return .init("ways", .ok, sentence) }
    let isNeeded = pool.link == .attach
    return .init(
      "ways", .warning,
      sentence + "; it has no \(attaching)" + (isNeeded ? "" : ", which would be faster"),
      remedy: (isNeeded ? "write `link: relay`, or " : "")
        + "have \(attaching) on the PATH of a plain shell there")
  }

  private var toLogin: String {
    switch pool.login.access {
    case .local: "the login host is this machine"
    case .ssh(let address):
      "this machine reaches the login host \(address.host) by SSH"
    }
  }

  /// The ways from the login host to pilots, the first ones first.
  private func toPilots(_ canAttach: Bool) -> [String] {
    let mail = "by files in \(folder) (mail), seconds slower"
    let relay = pool.link == .mail ? mail : "through a relay that they dial, else \(mail)"
    guard let attaching, canAttach else {
      return [pool.link == .attach ? "it reaches no pilot" : "it reaches pilots \(relay)"]
    }
    guard pool.link != .attach else { return ["it reaches pilots by \(attaching)"] }
    return [
      "it reaches the first \(Switchboard.mostAttached) pilots by \(attaching)",
      "the others, and those that this does not reach, \(relay)",
    ]
  }
}
