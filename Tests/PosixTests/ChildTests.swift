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
