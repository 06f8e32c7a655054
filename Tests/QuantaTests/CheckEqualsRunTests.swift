import Foundation
import LabSupport
import Testing

/// `quanta workers check` finds what would stop a run, says what the host said, and leaves nothing.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct CheckEqualsRunTests {
  private func prepare(_ sandbox: Sandbox, _ lab: Lab, _ folder: String = "~/q") throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 2))
    try sandbox.write(
      "cluster.yaml",
      "defaults: {config: \(lab.configFile), folder: \(folder)}\nhosts:\n"
        + "  - {name: a, host: h1, engine: libssh}\n")
  }

  private func expect(_ sandbox: Sandbox, fails words: [String], _ comment: Comment) async {
    for command in [["workers", "check"], ["run", "sweep.yaml"]] {
      let result = await sandbox.quanta(command + ["--cluster", "cluster.yaml"])
      #expect(result.status == 2, "\(comment): \(result.output)")
      for word in words { #expect(result.output.contains(word), "\(comment): \(result.output)") }
    }
  }

  @Test func check_foldersThatTheWorkerCannotUse_failsAsTheRunDoes() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        let run: (String) async throws -> Void = { try await lab("exec", "1", "sh", "-c", $0) }
        try await run("mkdir /root/nx && mount -t tmpfs -o noexec,mode=755 nx /root/nx")
        try prepare(sandbox, lab, "~/nx/q")
        await expect(sandbox, fails: ["does not let programs run"], "noexec")
        #expect(try await lab("exec", "1", "ls", "-A", "/root/nx").isEmpty)
        try await run(
          "umask 077; mkdir -p /root/ro/sessions; echo 1 >/root/ro/.quanta-folder; cd /root/ro; "
            + "mount --bind sessions sessions; mount -o remount,bind,ro sessions")
        try prepare(sandbox, lab, "~/ro")
        await expect(sandbox, fails: ["ro/sessions", "Read-only file system"], "sessions")
        #expect(
          try await lab("exec", "1", "ls", "-A", "/root/ro") == ".quanta-folder\nsessions")
      }
    }
  }

  @Test func check_healthyHost_leavesNothing() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        for folder in ["~/new/deep", "~/scratch", "/tmp"] {
          try prepare(sandbox, lab, folder)
          let look = ["exec", "1", "find", "/root", "/tmp", "-printf", "%p %m %T@\\n"]
          // The times of folders tell that something was made in them; names tell what stayed.
          let names: (String) -> [String] = { text in
            text.split(separator: "\n").map { String($0.prefix { $0 != " " }) }.sorted()
          }
          let before = names(try await lab.run(look))
          let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
          #expect(check.status == 0, "\(check.output)")
          #expect(check.output.contains("cores: "), "\(check.output)")
          #expect(names(try await lab.run(look)) == before)
        }
      }
    }
  }

  @Test func check_accountsThatRunNoCommand_showsWhatTheyPrinted() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try prepare(sandbox, lab)
        let keys = lab.folder + "/h1/authorized_keys"
        let key = try String(contentsOfFile: keys, encoding: .utf8)
        let bashrc = lab.home(1, ".bashrc")
        for command in ["echo For backups only", "echo For backups only >&2; exit 1"] {
          try "command=\"\(command)\" \(key)".write(
            toFile: keys, atomically: false, encoding: .utf8)
          await expect(
            sandbox, fails: ["shell: ", "For backups only", "'echo quanta'` must print quanta"],
            "forced command")
        }
        try key.write(toFile: keys, atomically: false, encoding: .utf8)
        try "echo Moved to another host; exit 0\n".write(
          toFile: bashrc, atomically: false, encoding: .utf8)
        await expect(sandbox, fails: ["shell: ", "Moved to another host"], "exit in .bashrc")
        try "yes endless words\n".write(toFile: bashrc, atomically: false, encoding: .utf8)
        await expect(sandbox, fails: ["prints without end", "endless words"], "endless")
        try "export HOME=\n".write(toFile: bashrc, atomically: false, encoding: .utf8)
        await expect(sandbox, fails: ["work folder: ", "HOME is empty"], "no home")
        try "export PATH=\n".write(toFile: bashrc, atomically: false, encoding: .utf8)
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.status == 0, "an empty PATH is no obstacle: \(check.output)")
      }
    }
  }
}
