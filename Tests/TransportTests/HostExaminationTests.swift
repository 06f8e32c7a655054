import Foundation
import LabSupport
import Posix
import SweepModel
import Testing

@testable import Transport

@Suite struct HostExaminationTests {
  private let host = HostSpec(name: "node", access: .local, workFolder: "~/q")
  private let binary = WorkerBinary(
    path: "/x", hash: "", architecture: "x86_64", sizeBytes: 14_000_000)

  @Test func checks_goodAnswers_allOk() {
    let checks = examine()
    #expect(checks.allSatisfy { $0.status == .ok && $0.remedy.isEmpty })
    #expect(
      checks.map(\.detail) == [
        "~/q is writable", "Linux x86_64", "4 cores", "avx2", "11.9 GiB",
        "95.4 GiB free in ~/q", "ahead by 0.1 s (± 0.1 s)", "none needed: the worker is static",
      ])
  }

  @Test(arguments: [
    ("trouble", "workFolder Permission denied", "work folder", HostReport.Check.Status.failure),
    ("trouble", "noSpace No space left", "work folder", .failure),
    ("trouble", "worker sha256sum is not installed", "worker", .failure),
    ("refusal", "/q/data belongs to kim (uid 1000)", "work folder", .failure),
    ("facts", "126 Permission denied", "worker", .failure),
    ("machine", "aarch64", "processor", .failure),
    ("system", "Darwin", "processor", .failure),
    ("cores", "", "cores", .warning),
    ("memory", "", "memory", .warning),
    ("disk", "", "disk", .warning),
    ("disk", "/dev/a b 9 9 900000 1% /home", "disk", .warning),
    ("disk", "/dev/a 9 9 40000 1% /home", "disk", .failure),
    ("inodes", "/dev/a 9 9 6 100% /home", "disk", .failure),
    ("inodes", "/dev/a 9 9 500 99% /home", "disk", .warning),
    ("cputime", "60", "CPU time", .warning),
    ("filesize", "1048576", "file size", .warning),
    ("tasks", "12 20", "processes", .warning),
    ("clock", "1010.5", "clock", .warning),
    ("clock", "990", "clock", .warning),
    ("clock", "", "clock", .warning),
  ])
  func checks_oneBadAnswer_saysSoWithARemedy(
    _ question: String, _ answer: String, _ check: String, _ status: HostReport.Check.Status
  ) throws {
    let checks = examine([question: answer])
    let found = try #require(checks.first { $0.name == check })
    #expect(found.status == status)
    #expect(!found.remedy.isEmpty)
    #expect(checks.filter { $0.status != .ok } == [found])
    if status == .failure { #expect(checks.last == found, "a failure ends the list") }
  }

  @Test func checks_limits_areToldAsWhatTheyAre() {
    let checks = examine(["cputime": "60", "filesize": "1048576", "tasks": "12 20", "nice": "5"])
    #expect(
      checks.suffix(4).map(\.detail) == [
        "5 (the account's own)", "CPU time limited to 60 s per process by ulimit -t",
        "files limited to 1.0 MiB by ulimit -f",
        "room for 12 processes and threads more (the cgroup's pids.max of 20); 4 cores may need 20",
      ])
    #expect(examine(["inodes": "btrfs 0 0 0 - /"]).allSatisfy { $0.status == .ok })
  }

  @Test(arguments: [
    (
      "2 0;NVIDIA A100;0;GPU-a|1;NVIDIA A100;0;GPU-b", 0, [], "0 (NVIDIA A100), 1 (NVIDIA A100)",
      true
    ),
    ("1 0;aldebaran;68719476736;", 0, [], "0 (aldebaran, 64.0 GiB)", true),
    ("2 0;;0;|1;;0;", 1, [], "0, 1; jobs use the first 1", true),
    ("2 0;;0;|1;;0;", 4, [], "0, 1; the cluster file gives it 4", false),
    ("0 ", 4, [], "none found; the cluster file gives it 4", false),
    ("none", 1, [], "none for us (CUDA_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES says so)", false),
    ("1 0;;0;GPU-a", 2, ["GPU-a", "0"], "0; jobs use those", true),
    ("1 0;;0;GPU-a", 1, ["GPU-z"], "0; the cluster file names GPU-z", false),
  ])
  func checks_gpus_areToldAsFoundAndWhatTheFileMakesOfThem(
    _ answer: String, _ wanted: Int, _ tokens: [String], _ detail: String, _ isOK: Bool
  ) throws {
    var host = host
    host.limits["gpu"] = Amount(wanted)
    if !tokens.isEmpty { host.tokens["gpu"] = tokens }
    let checks = HostFindings(transcript(["gpu": answer])).checks(
      host: host, binary: binary, isStatic: true)
    let check = try #require(checks.first { $0.name == "GPUs" })
    #expect(check.detail.hasPrefix(detail) && (check.status == .ok) == isOK, "\(check)")
    #expect(check.remedy.isEmpty == isOK)
  }

  @Test func checks_aHostWithoutGPUs_saysNothingOfThem() {
    #expect(!examine(["gpu": "0 "]).contains { $0.name == "GPUs" })
  }

  @Test(arguments: ["1000.N", "1000.%N", "1001"])
  func checks_clockWithoutFractions_allowsForASecond(_ clock: String) {
    let check = examine(["clock": clock]).first { $0.name == "clock" }
    #expect(check?.status == .ok)
    #expect(check?.detail.contains("(± 1.1 s)") == true, "\(String(describing: check))")
  }

  @Test func checks_dynamicWorker_needsAGlibc() {
    let transcript = transcript(["glibc": ""])
    let checks = HostFindings(transcript).checks(host: host, binary: binary, isStatic: false)
    #expect(checks.last?.status == .warning)
    let found = HostFindings(self.transcript(["glibc": "glibc 2.36"]))
      .checks(host: host, binary: binary, isStatic: false)
    #expect(found.last?.detail == "glibc 2.36")
  }

  @Test(arguments: ["/bin/sh", "bash", "dash", "busybox"])
  func script_everyShell_answersEverything(_ shell: String) async throws {
    let prefix = shell == "busybox" ? ["busybox", "sh"] : [shell]
    guard await Command.run(prefix + ["-c", "true"]).status == 0 else { return }
    let worker = try StandInWorker(StandInWorker.echo)
    defer { worker.remove() }
    let folder = (worker.binary.path as NSString).deletingLastPathComponent + "/a/b"
    let answers = await detached { () -> ExaminationTranscript? in
      guard
        let request = try? HostExamination.request(
          for: HostSpec(name: "a", access: .local, workFolder: folder), worker.binary,
          program: worker.binary.path)
      else { return nil }
      let outbox = Outbox()
      outbox.append(request)
      let channel = ChildChannel(outbox)
      var pump = ExaminationPump(channel, host: "a", outbox, worker.binary)
      do {
        try channel.run(prefix + ["-c", RemoteScript.bootstrap])
        return try pump.run(timeoutSeconds: 60) {}
      } catch {
        return nil
      }
    }
    let transcript = try #require(answers)
    #expect(transcript.isComplete)
    #expect(transcript.answers["system"] == "Linux")
    #expect(transcript.answers["folder"] == folder)
    #expect(transcript.answers["facts"] == "0 ")
    #expect(transcript.answers["trouble"] == nil)
    let parent = (worker.binary.path as NSString).deletingLastPathComponent
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
        == ["quanta-worker", "quanta-worker.text"], "nothing is left")
  }

  @Test func command_everyLoginShell_readsItAlike() {
    let command = WorkerPlace(sharesFiles: false).command
    #expect(command.hasPrefix("exec /bin/sh -c 'echo;") && command.hasSuffix("'"))
    let body = command.dropFirst("exec /bin/sh -c '".count).dropLast()
    #expect(!body.contains { "'!\\\n".contains($0) }, "csh and fish read these in single quotes")
    #expect(command.utf8.count < 1024, "old csh limits words")
  }

  @Test func elfHeader_programsOfThisMachine_areToldApart() {
    #expect(ElfHeader.needsInterpreter(path: "/bin/sh"))
    #expect(ElfHeader.needsInterpreter(path: "/nonexistent"))
    var header = [UInt8](repeating: 0, count: 120)
    header.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    (header[32], header[54], header[56]) = (64, 56, 1)
    header[64] = 1
    #expect(!ElfHeader.needsInterpreter(header), "one loadable segment")
    header[64] = 3
    #expect(ElfHeader.needsInterpreter(header))
    header[39] = 0xFF
    #expect(ElfHeader.needsInterpreter(header), "a table outside the file")
  }

  private func examine(_ changes: [String: String] = [:]) -> [HostReport.Check] {
    HostFindings(transcript(changes)).checks(host: host, binary: binary, isStatic: true)
  }

  /// Answers as they come over the wire, sent at second 1000.0 and received at 1000.2.
  private func transcript(_ changes: [String: String]) -> ExaminationTranscript {
    let good = [
      "clock": "1000.200", "folder": "/home/q", "system": "Linux", "machine": "x86_64",
      "cores": "4",
      "instructions": "avx2", "memory": "12800000000", "facts": "0 ",
      "disk": "/dev/sda1 200000000 100000000 100000000 50% /", "glibc": "glibc 2.36", "done": "",
    ]
    var transcript = ExaminationTranscript(sentSeconds: 1000)
    for (name, answer) in good.merging(changes, uniquingKeysWith: { $1 }) {
      let line = Array("motd\nQUANTA-\(name) \(answer)\n".utf8)
      transcript.append(line[...], receivedSeconds: 1000.2)
    }
    return transcript
  }
}
