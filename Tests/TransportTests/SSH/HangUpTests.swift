import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

/// A host that hangs up while keys are offered, or lets us in and then runs something else: noticed
/// at once and told as what it is by both engines. The limits of time are far beyond the tests'.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.hasLoopback, "needs /usr/sbin/sshd"))
struct HangUpTests {
  private let patient = SSHTimeouts(
    connectSeconds: 600, authenticationSeconds: 600, stallSeconds: 600)

  private func failure(
    _ engine: SSHEngine, _ setting: String
  ) async throws -> LinkFailure {
    try await Lab.withLoopback { lab in
      try await Sshd.with(lab, settings: [setting]) { sshd in
        let known = try String(contentsOfFile: lab.knownHostsFile, encoding: .utf8)
        let other = lab.folder + "/other"
        let made = await Command.run(
          ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other])
        #expect(made.status == 0, "\(made.output)")
        let config = try lab.write(
          "other_config", "IdentityFile \(other)\nIdentityAgent none\nIdentitiesOnly yes\n")
        return try await failureOfOpening(
          lab.ssh(
            engine, host: "127.0.0.1", port: sshd.port, configFile: config,
            knownHostsFile: lab.write(
              "known", "[127.0.0.1]:\(sshd.port)" + known.drop { $0 != " " }),
            timeouts: patient))
      }
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_oneKeyMoreThanTheHostTakes_saysSo(_ engine: SSHEngine) async throws {
    let failure = try await failure(engine, "MaxAuthTries 1")
    #expect(failure.code == .authenticationRejected)
    #expect(failure.message.contains("hung up while"))
    #expect(failure.message.contains("Too many authentication failures"))
    #expect(failure.remedy.contains("IdentitiesOnly yes"))
  }

  /// Like a host that goes down, or one that cuts whoever it bars.
  @Test(arguments: SSHEngine.allCases)
  func open_sshdKilledWhileItLooksAtAKey_passes(_ engine: SSHEngine) async throws {
    let failure = try await failure(
      engine, "AuthorizedKeysCommandUser root\nAuthorizedKeysCommand /bin/sh -c \"kill -9 $PPID\"")
    #expect(failure.code == .unreachable)
    #expect(failure.message.contains("hung up while"), "\(failure)")
    #expect(failure.remedy.contains("sshd's log"))
  }

  @Test func progress_ofSSH_isTakenOutOfWhatItSays() {
    var progress = OpenSSHProgress()
    let banner = "Hello\nTransferred nothing\n"
    #expect(progress.filter(Array(banner.utf8)[...]) == Array(banner.utf8)[...])
    #expect(!progress.isAuthenticated)
    let said =
      "Authenticated to h ([10.0.0.1]:22) using \"publickey\".\r\nmine\n"
      + "Transferred: sent 3472, received 3280 bytes, in 0.3 seconds\r\n"
      + "Bytes per second: sent 11628.0, received 10985.0\r\nend"
    #expect(progress.filter(Array(said.utf8)[...]) == Array("mine\nend".utf8)[...])
    #expect(progress.isAuthenticated)
  }
}

/// An account whose start-up files run another program that says nothing.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct SilentAccountTests {
  @Test(arguments: SSHEngine.allCases)
  func open_accountThatRunsAnotherProgram_isToldAsSuch(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try "exec sleep 600\n".write(
        toFile: lab.home(1, ".bashrc"), atomically: true, encoding: .utf8)
      let failure = try await failureOfOpening(
        lab.ssh(engine, timeouts: SSHTimeouts(stallSeconds: 1)))
      #expect(failure.message.contains("silence instead of a shell's answer"), "\(failure)")
      #expect(failure.remedy.contains("'echo quanta'` must print quanta"))
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let transport = try lab.ssh(engine)
      let report = await detached { transport.examine(worker.binary, timeoutSeconds: 15) }
      let last = try #require(report.checks.last)
      #expect(last.name == "shell", "\(report.checks)")
      #expect(last.detail.contains("the account runs no command that it is given"))
      #expect(last.remedy.contains("start-up files"))
    }
  }
}
