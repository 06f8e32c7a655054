import Foundation
import LabSupport
import Testing

/// Questions at a terminal, with real hosts and a real pseudoterminal.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct TerminalTests {
  private static let secret = "sesame"
  /// Of `secret`, as /etc/shadow has it.
  private static let hash =
    "$6$quantalab$8I3JHCz8V.eMnhT/Fpk3Oz0geYYv32JwJtW.kxxHba7rq4tshKCsN4GT/y364x02IB9qjqI6yKqBShgvJuZ/x0"

  @Test func encryptedKey_isAskedForOnceAndStaysInMemory() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try await writeFiles(sandbox, lab, engine: "libssh")
        let quanta = Sandbox.programs + "/quanta"
        let terminal = try Pseudoterminal(
          sandbox, [quanta, "run", "sweep.yaml", "--cluster", "cluster.yaml"])
        let question = await terminal.waitFor("Passphrase of the key \(sandbox.folder)/locked: ")
        #expect(question != nil, "\(sandbox.text(of: "terminal.log"))")
        terminal.type("wrong\n")
        #expect(await terminal.waitFor("Passphrase of the key ") != nil)
        terminal.type(Self.secret + "\n")
        try await sandbox.waitForDone(1)
        let processes = await Command.run(["ps", "-eww", "-o", "args"])
        #expect(!processes.output.contains(Self.secret))
        let end = await terminal.end()
        #expect(end.status == 0, "\(end.output)")
        let found = await Command.run(["grep", "-rl", Self.secret, sandbox.folder, lab.folder])
        #expect(found.output.isEmpty, "the passphrase lies in a file: \(found.output)")
      }
    }
  }

  @Test func encryptedKeyWithoutTerminal_isAnErrorAtItsPlace() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try await writeFiles(sandbox, lab, engine: "libssh")
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 2)
        #expect(run.output.contains("cluster.yaml:3:5: host h1: authentication: "))
        #expect(run.output.contains("is encrypted and no agent holds it"))
      }
    }
  }

  /// One answer serves the check and the run after it, since ssh shares the connection.
  @Test func keyAndPassword_areAskedForBySSHItself() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await writeFiles(sandbox, lab, engine: "openssh", hosts: 1)
        try await wantPassword(lab)
        let home = "/tmp/qt-\(UInt32.random(in: 0...UInt32.max))"  // a socket's name is short
        try FileManager.default.createDirectory(
          atPath: home + "/.ssh", withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        let quanta = Sandbox.programs + "/quanta"
        let terminal = try Pseudoterminal(
          sandbox, environment: ["HOME": home, "QUANTA": quanta],
          [
            "sh", "-c",
            "\"$QUANTA\" workers check --cluster cluster.yaml && "
              + "\"$QUANTA\" run sweep.yaml --cluster cluster.yaml",
          ])
        #expect(await terminal.waitFor("passphrase for key") != nil)
        terminal.type(Self.secret + "\n")
        #expect(await terminal.waitFor("password:") != nil)
        terminal.type(Self.secret + "\n")
        let end = await terminal.end()
        #expect(end.status == 0, "\(end.output)")
        #expect(end.output.contains("authentication: root, by the system's ssh"))
        let sockets = try FileManager.default.contentsOfDirectory(atPath: home + "/.ssh")
        for socket in sockets where socket.hasPrefix("quanta-") {
          _ = await Command.run(["ssh", "-S", "\(home)/.ssh/\(socket)", "-O", "exit", "h1"])
        }
        #expect(sockets.contains { $0.hasPrefix("quanta-") }, "\(sockets)")
        try FileManager.default.removeItem(atPath: home)
        let found = await Command.run(["grep", "-rl", Self.secret, sandbox.folder])
        #expect(found.output.isEmpty, "the password lies in a file: \(found.output)")
      }
    }
  }

  @Test func sshNotInstalled_isAnErrorWithItsRemedy() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await writeFiles(sandbox, lab, engine: "openssh", hosts: 1)
        let check = await Command.run(
          [
            "/usr/bin/env", "-C", sandbox.folder, Sandbox.programs + "/quanta", "workers", "check",
            "--cluster", "cluster.yaml",
          ],
          environment: ["PATH": "/nonexistent", "QUANTA_WORKER": Sandbox.workerPath])
        #expect(check.status == 2)
        #expect(check.output.contains("the ssh program cannot be started"))
        #expect(check.output.contains("openssh-client"))
      }
    }
  }

  /// A sweep, and a cluster whose hosts accept an encrypted key only.
  private func writeFiles(
    _ sandbox: Sandbox, _ lab: Lab, engine: String, hosts: Int = 2
  ) async throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 6, steps: 5, milliseconds: 20))
    let key = sandbox.folder + "/locked"
    let made = await Command.run([
      "ssh-keygen", "-q", "-t", "ed25519", "-N", Self.secret, "-f", key,
    ])
    #expect(made.status == 0, "\(made.output)")
    let config = try String(contentsOfFile: lab.configFile, encoding: .utf8)
    let rest = config.split(separator: "\n").filter { !$0.contains("IdentityFile") }
    try sandbox.write("ssh_config", rest.joined(separator: "\n") + "\n")
    try sandbox.write(
      "cluster.yaml",
      "defaults: {config: ssh_config, identity: \(key), cores: 1, engine: \(engine)}\nhosts:\n"
        + (1...hosts).map { "  - {host: h\($0)}\n" }.joined())
    for host in 1...hosts {
      let keys = "\(lab.folder)/h\(host)/authorized_keys"
      try FileManager.default.removeItem(atPath: keys)
      try FileManager.default.copyItem(atPath: key + ".pub", toPath: keys)
    }
  }

  /// Makes host 1 want root's password after the key, as a second factor.
  private func wantPassword(_ lab: Lab) async throws {
    let folder = lab.folder + "/h1/"
    try "root:\(Self.hash):19000:0:99999:7:::\n".write(
      toFile: folder + "shadow", atomically: true, encoding: .utf8)
    try await lab("exec", "1", "mount", "--bind", "/mnt/shadow", "/etc/shadow")
    let config = try String(contentsOfFile: folder + "sshd_config", encoding: .utf8)
    let settings =
      "PasswordAuthentication yes\nPermitRootLogin yes\nAuthenticationMethods publickey,password\n"
    try (settings + config).write(
      toFile: folder + "sshd_config", atomically: false, encoding: .utf8)
    try await lab("stop-sshd", "1")
    try await lab("start-sshd", "1")
  }
}
