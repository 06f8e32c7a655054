import Foundation
import Posix
import Testing

@Suite struct ChildTests {
  /// Runs a shell script; its standard output, and how it ended.
  private func run(
    _ script: String, environment: [String: String]? = nil
  ) throws -> (text: String, ending: Child.Ending) {
    let (reading, writing) = try makePipe()
    let child = try Child(["/bin/sh", "-c", script], output: writing, environment: environment)
    writing.close()
    let text = String(decoding: try reading.readAll(), as: UTF8.self)
    return (text, child.wait())
  }

  @Test func child_thatExitsOrIsKilled_tellsHow() throws {
    #expect(try run("exit 3").ending.code == 3)
    let killed = try run("kill -9 $$").ending
    #expect(killed.signal == SIGKILL)
    #expect(killed.code == 137)
  }

  private func bounded(
    _ script: String, limit: Int = 1 << 20, seconds: Double = 100
  ) throws -> Child.BoundedOutput {
    try Child.boundedOutput(of: ["/bin/sh", "-c", script], limit: limit, seconds: seconds)
  }

  @Test func boundedOutput_keepsErrorsApart() throws {
    let output = try bounded("echo out; echo wrong >&2; exit 3")
    #expect(output.bytes == Array("out\n".utf8) && output.errors == "wrong\n")
    #expect(output.isWhole && output.code == 3)
    let large = try bounded("head -c 1000000 /dev/zero; head -c 9000 /dev/zero >&2")
    #expect(large.bytes.count == 1_000_000 && large.errors.utf8.count == 4096 && large.isWhole)
  }

  @Test func boundedOutput_thatHasNoEnd_isCutAndItsProgramKilled() throws {
    let output = try bounded("yes & yes", limit: 1000)
    #expect(output.bytes.count == 1000 && !output.isWhole && output.code == 137)
    let exact = try bounded("printf 0123456789", limit: 10)
    #expect(exact.bytes.count == 10 && exact.isWhole && exact.code == 0)
  }

  @Test func boundedOutput_ofAProgramThatDoesNotEnd_endsInTime() throws {
    let output = try bounded("echo begun; exec >&- 2>&-; sleep 1000", seconds: 0.5)
    #expect(output.bytes == Array("begun\n".utf8) && !output.isWhole && output.code == 137)
  }

  /// One that waits for a writer does nothing; one that works does not count as such, itself or by a child.
  @Test func boundedOutput_ofAProgramThatWaitsForEver_isEndedForThat() throws {
    func idle(_ script: String) throws -> Child.BoundedOutput {
      try Child.boundedOutput(
        of: ["/bin/sh", "-c", script], limit: 1 << 20, seconds: 400, idleSeconds: 1)
    }
    let name = NSTemporaryDirectory() + "pipe-\(UUID().uuidString)"
    let stalled = try idle("mkfifo '\(name)'; trap 'rm \(name)' EXIT; echo begun; cat '\(name)'")
    unlink(name)
    #expect(stalled.hasStalled && !stalled.isWhole && stalled.bytes == Array("begun\n".utf8))
    for script in [
      "end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done",
      "sh -c 'for i in $(seq 30); do sleep 0.1; done'; true",
    ] {
      let working = try idle(script)
      #expect(working.isWhole && !working.hasStalled && working.code == 0)
    }
  }

  /// What a program leaves running holds its output open.
  @Test func boundedOutput_ofAProgramThatLeavesADaemon_isThatOfTheProgram() throws {
    let output = try bounded("echo out; sleep 1000 & echo $! ")
    #expect(output.isWhole && output.code == 0)
    let lines = String(decoding: output.bytes, as: UTF8.self).split(separator: "\n")
    kill(try #require(pid_t(lines[1])), SIGKILL)
  }

  /// Descriptors that others opened without close-on-exec reach no child: what a daemon inherits it
  /// would keep open.
  @Test func child_besideDescriptorsWithoutCloseOnExec_inheritsNone() throws {
    let stray = strayDescriptor()
    defer { close(stray) }
    let numbers = try run("for fd in /proc/$$/fd/*; do echo \"${fd##*/}\"; done").text
      .split(separator: "\n").compactMap { Int32($0) }
    #expect(numbers.contains(1))
    #expect(!numbers.contains(stray))
  }

  /// A number above those that a shell opens for itself.
  private func strayDescriptor() -> Int32 {
    let null = open("/dev/null", O_RDONLY)
    defer { close(null) }
    return fcntl(null, F_DUPFD, 100)
  }

  @Test func child_withoutTheTerminal_leadsASession() throws {
    let fields = try run("cut -d' ' -f1,5,6 /proc/$$/stat").text.split(separator: " ").map {
      $0.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    #expect(fields.count == 3)
    #expect(Set(fields).count == 1, "process, group and session")
  }

  @Test func child_withAnEnvironment_hasNoOther() throws {
    #expect(try run("echo $A$HOME", environment: ["A": "ä b"]).text == "ä b\n")
  }

  @Test func child_ofNoProgram_isAnErrorWithItsNumber() {
    #expect { try Child(["no-such-program-as-this"]) } throws: { error in
      (error as? PosixError)?.code == ENOENT
    }
  }

  @Test func startThread_runsItsBody() async {
    let isRun = await withCheckedContinuation { continuation in
      if !startThread({ continuation.resume(returning: true) }) {
        continuation.resume(returning: false)
      }
    }
    #expect(isRun)
  }
}
