import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

/// One more sshd of a loopback lab's host, with settings of its own.
struct Sshd {
  /// Its port on loopback.
  let port: Int
  private let pidFile: String

  /// Runs `body` with an sshd that listens on `address` with `settings` before the lab's own (sshd
  /// takes the first of two).
  static func with<Result: Sendable>(
    _ lab: Lab, address: String = "127.0.0.1", settings: [String] = [],
    _ body: (Sshd) async throws -> Result
  ) async throws -> Result {
    let sshd = try await start(lab, address, settings)
    do {
      let result = try await body(sshd)
      await sshd.stop()
      return result
    } catch {
      await sshd.stop()
      throw error
    }
  }

  private static func start(
    _ lab: Lab, _ address: String, _ settings: [String]
  ) async throws -> Sshd {
    let own = try String(contentsOfFile: lab.folder + "/h1/sshd_config", encoding: .utf8)
      .split(separator: "\n")
      .filter { !$0.hasPrefix("Port") && !$0.hasPrefix("Listen") && !$0.hasPrefix("PidFile") }
      .map(String.init)
    var output = ""
    for _ in 0..<20 {
      let port = Int.random(in: 30_000...32_000)
      let pidFile = lab.folder + "/sshd-\(port).pid"
      let lines =
        settings + ["Port \(port)", "ListenAddress \(address)", "PidFile \(pidFile)"] + own
      let config = try lab.write("sshd-\(port).config", lines.joined(separator: "\n") + "\n")
      let started = await Command.run([
        "/usr/sbin/sshd", "-f", config, "-E", lab.folder + "/sshd-\(port).log",
      ])
      output = started.output
      let isUp = await Command.run([
        "sh", "-c", "for i in $(seq 500); do [ -s \"$0\" ] && exit; sleep 0.02; done; exit 1",
        pidFile,
      ])
      if started.status == 0, isUp.status == 0 { return Sshd(port: port, pidFile: pidFile) }
    }
    throw LinkFailure(.configuration, "sshd does not start: \(output)", remedy: "")
  }

  private func stop() async {
    _ = await Command.run(["sh", "-c", #"kill "$(cat "$0")""#, pidFile])
  }
}
