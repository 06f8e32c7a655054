import SweepModel
import Transport

/// Who reaches whom between this machine, a pool's login host and its pilots.
struct PoolWays {
  let pool: PoolSpec
  /// The work folder's whole path on the login host.
  let folder: String

  /// The command that begins another beside a pilot; nil where nothing does, or nobody wants it.
  var attaching: String? { pool.link == .mail ? nil : pool.request.system.attach.first }

  /// What a person should know of it.
  ///
  /// - Parameter canAttach: Whether the login host has that command.
  func check(canAttach: Bool) -> HostReport.Check {
    let sentence = ([toLogin] + toPilots(canAttach)).joined(separator: "; ")
    guard let attaching, !canAttach else { return .init("ways", .ok, sentence) }
    return .init(
      "ways", .warning, sentence + "; it has no \(attaching), which would be faster",
      remedy: pool.link == .attach
        ? "write `link: mail`, or have \(attaching) on the PATH of a plain shell there"
        : "have \(attaching) on the PATH of a plain shell there")
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
    let mail = "files in \(folder) (mail), seconds slower"
    guard let attaching, canAttach else { return ["it reaches pilots by \(mail)"] }
    guard pool.link != .attach else { return ["it reaches pilots by \(attaching)"] }
    return [
      "it reaches the first \(Switchboard.mostAttached) pilots by \(attaching)",
      "the others, and those that this does not reach, by \(mail)",
    ]
  }
}
