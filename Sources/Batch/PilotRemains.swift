import SweepModel
import Transport

/// What pilots leave behind in the work folder, and how it is removed at the end of a run.
///
/// Thousands of names are more than a command line holds: they go over the standard input.
struct PilotRemains {
  let script: BatchScript
  let login: HostTransport
  let timeoutSeconds: Double

  /// A pilot's part of the session.
  struct Part: Hashable {
    let path: String
    let pilot: PilotName
  }

  /// The pilot of such a part; nil for the path of anything else.
  static func pilot(ofPart path: some StringProtocol) -> PilotName? {
    guard let mark = String(path).ranges(of: "-pilot-").last else { return nil }
    return PilotName(String(path)[mark.upperBound...])
  }

  /// The parts that are there; none where the login host does not answer.
  func parts() -> [Part] {
    let command = HostCommand([
      "find", script.sessionFolder, "-maxdepth", "1", "-name", "*-pilot-*", "-type", "d",
    ])
    guard let answer = try? login.run(command, timeoutSeconds: timeoutSeconds),
      answer.status == 0
    else { return [] }
    return answer.output.split(separator: "\n").compactMap { path in
      Self.pilot(ofPart: path).map { Part(path: String(path), pilot: $0.allocation) }
    }
  }

  /// Removes what parts of pilots that are over have kept for their jobs, which are done.
  /// What they have not told stays.
  func empty(_ parts: [Part]) {
    let folders = parts.flatMap { ["\($0.path)/checkpoints", "\($0.path)/jobs"] }
    // A folder that is not there ends no other's removal.
    run("for f; do [ ! -d \"$f\" ] || find \"$f\" -mindepth 1 -delete; done", on: folders)
  }

  /// Removes what pilots have printed and their mailboxes, and where `areOver` no allocation is left that
  /// would run it, the script; folders stay where parts hold results.
  func removeFiles(of pilots: [PilotName], mailboxes: [PilotName], areOver: Bool) {
    let left =
      pilots.flatMap(script.files) + mailboxes.map { "\(script.mailFolder)/\($0.text)" }
    run("rm -rf -- \"$@\"", on: left)
    if areOver { removeScripts() }
    let folders = [script.mailFolder, script.relayFolder, script.sessionFolder]
    _ = try? login.run(HostCommand(["rmdir"] + folders), timeoutSeconds: timeoutSeconds)
  }

  /// Removes the pool's scripts, of earlier coordinators, too: they say that allocations may come.
  func removeScripts() {
    let command = HostCommand([
      "find", script.sessionFolder, "-maxdepth", "1", "-name", "\(script.label)-*.sh", "-type", "f",
      "-delete",
    ])
    _ = try? login.run(command, timeoutSeconds: timeoutSeconds)
  }

  /// The command that does something to names, as many at once as a command line holds.
  static func command(_ script: String, on names: [String]) -> HostCommand {
    HostCommand(
      ["xargs", "-0", "-n", "500", "/bin/sh", "-c", script, "sh"],
      input: names.map { $0 + "\0" }.joined())
  }

  private func run(_ script: String, on names: [String]) {
    guard !names.isEmpty else { return }
    _ = try? login.run(Self.command(script, on: names), timeoutSeconds: timeoutSeconds)
  }
}
