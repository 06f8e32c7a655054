import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(10))) struct LocalHostTests {
  @Test func open_echoingWorker_tenMegabytesReturnBitExact() async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      let sent = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      for start in stride(from: 0, to: sent.count, by: 123_457) {
        link.send(Array(sent[start..<min(start + 123_457, sent.count)]))
      }
      let received = await recorder.waitForBytes(sent.count)
      #expect(received == sent)
      link.close()
      #expect(await recorder.waitUntilClosed() == nil)
      #expect(await recorder.openings == 1)
    }
  }

  /// On the same disk a data set is linked, on another one (`/dev/shm`, memory) copied.
  @Test(arguments: ["/tmp", "/dev/shm"])
  func open_dataSet_isInTheWorkFolderWholeAndInUse(_ disk: String) async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      let original = "\(disk)/quanta-data-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: original) }
      try FileManager.default.copyItem(atPath: binary.path, toPath: original)
      let data = DataFile(path: original, hash: binary.hash, sizeBytes: binary.sizeBytes)
      let kept = "\(transport.host.workFolder)/data"
      func open() async throws -> [FileAttributeKey: Any] {
        let recorder = LinkRecorder()
        let link = transport.open(binary, data: [data], onEvent: recorder.onEvent)
        #expect(await recorder.waitUntilOpened())
        link.close()
        await recorder.waitUntilClosed()
        #expect(try FileManager.default.contentsOfDirectory(atPath: kept) == [data.hash])
        #expect(
          FileManager.default.contentsEqual(atPath: "\(kept)/\(data.hash)", andPath: data.path))
        return try FileManager.default.attributesOfItem(atPath: "\(kept)/\(data.hash)")
      }
      _ = try await open()
      // Whatever lies there under its name is replaced, even if it has the same size.
      try FileManager.default.removeItem(atPath: "\(kept)/\(data.hash)")
      let damaged = Data(repeating: 7, count: data.sizeBytes)
      try damaged.write(to: URL(fileURLWithPath: "\(kept)/\(data.hash)"))
      _ = try await open()
      // A worker removes what has not been in use for long.
      let old = Date(timeIntervalSinceNow: -100 * 86_400)
      for path in [original, "\(kept)/\(data.hash)"] {
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
      }
      let used = try #require(try await open()[.modificationDate] as? Date)
      #expect(used > Date(timeIntervalSinceNow: -3600))
    }
  }

  @Test func open_dataSetThatIsGone_isAFailureThatNamesIt() async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      let data = DataFile(path: "/no/where", hash: binary.hash, sizeBytes: 7)
      let recorder = LinkRecorder()
      let link = transport.open(binary, data: [data], onEvent: recorder.onEvent)
      let failure = await recorder.waitUntilClosed()
      withExtendedLifetime(link) {}
      #expect(failure?.message.contains("/no/where") == true)
    }
  }

  @Test func open_workFolderWithShellCharacters_arrivesAsOneArgument() async throws {
    let name = "a b'\"$(touch hacked);`id`\\n*"
    try await withLocal(StandInWorker.arguments, workFolder: name) { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      let expected =
        "[attach]\n[--folder]\n[\(transport.host.workFolder)]\n[--session]\n[lab]\n"
        + "[--hash]\n[\(binary.hash)]\n"
      #expect(await recorder.waitForText(expected) == expected)
      #expect(FileManager.default.fileExists(atPath: transport.host.workFolder))
      link.close()
      await recorder.waitUntilClosed()
    }
  }

  @Test func open_workFolderWithLineEnd_isAConfigurationFailure() async throws {
    try await withLocal(StandInWorker.echo, workFolder: "a\nb") { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      #expect(await recorder.waitUntilClosed()?.code == .configuration)
      #expect(await recorder.openings == 0)
      link.close()
    }
  }

  @Test func open_workerThatFails_tellsItsStandardError() async throws {
    try await withLocal("echo 'no such socket' >&2; exit 3") { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      let failure = await recorder.waitUntilClosed()
      #expect(failure?.code == .worker)
      #expect(failure?.message.contains("exit status 3") == true)
      #expect(failure?.message.contains("no such socket") == true)
      link.close()
    }
  }

  @Test func open_workerThatEndsAfterTalking_isLost() async throws {
    try await withLocal("echo hello; exit 1") { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      #expect(await recorder.waitUntilClosed()?.code == .lost)
      #expect(await recorder.received == Array("hello\n".utf8))
      link.close()
    }
  }

  @Test func open_binaryThatIsMissing_isAConfigurationFailure() async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      let missing = WorkerBinary(
        path: "/nonexistent/worker", hash: binary.hash, architecture: binary.architecture,
        sizeBytes: 1)
      let recorder = LinkRecorder()
      let link = transport.open(missing, onEvent: recorder.onEvent)
      let failure = await recorder.waitUntilClosed()
      #expect(failure?.code == .configuration)
      #expect(failure?.message.contains("/nonexistent/worker") == true)
      link.close()
    }
  }

  @Test func close_workerThatIgnoresTheEnd_stillCloses() async throws {
    let stubborn = "trap '' TERM; echo up; while :; do sleep 100; done"
    try await withLocal(stubborn) { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      _ = await recorder.waitForText("up\n")
      link.close()
      link.send([1, 2, 3])
      #expect(await recorder.waitUntilClosed() == nil)
    }
  }

  @Test func open_linkThatNobodyKeeps_closes() async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      let recorder = LinkRecorder()
      _ = transport.open(binary, onEvent: recorder.onEvent)
      #expect(await recorder.waitUntilClosed() == nil)
    }
  }

  @Test func open_child_leadsItsOwnSessionAndInheritsNothing() async throws {
    let show = "ps -o pid=,sid= -p $$ | tr -s ' '; ls /proc/self/fd | tr '\\n' ' '; echo; exec cat"
    try await withLocal(show) { transport, binary in
      let recorder = LinkRecorder()
      let link = transport.open(binary, onEvent: recorder.onEvent)
      var lines: [Substring] = []
      while lines.count < 3, await recorder.closings == 0 {
        let bytes = await recorder.waitForBytes(recorder.received.count + 1)
        lines = String(decoding: bytes, as: UTF8.self).split(
          separator: "\n", omittingEmptySubsequences: false)
      }
      try #require(lines.count >= 3)
      let identifiers = lines[0].split(separator: " ")
      #expect(identifiers.count == 2 && identifiers[0] == identifiers[1])
      #expect(lines[1] == "0 1 2 3 ", "3 is the folder that ls itself reads")
      link.close()
      await recorder.waitUntilClosed()
    }
  }

  /// As a batch system would start it: by another program, on a machine that has not our files.
  @Test func open_otherPlace_startsThereWhatIsShippedThere() async throws {
    let show = #"echo "$WHERE $0"; exec cat"#
    try await withLocal(show) { transport, binary in
      let place = WorkerPlace(by: ["env", "WHERE=a 'b' $c"], sharesFiles: false)
      let recorder = LinkRecorder()
      let link = HostTransport(transport.host, at: place, mayAsk: false)
        .open(binary, onEvent: recorder.onEvent)
      let expected = "a 'b' $c /proc/self/fd/4\n"
      #expect(await recorder.waitForText(expected) == expected)
      #expect(await recorder.shippings > 0)
      link.close()
      await recorder.waitUntilClosed()
      let shipped = "\(transport.host.workFolder)/bin/quanta-worker-\(binary.hash)"
      #expect(FileManager.default.contentsEqual(atPath: shipped, andPath: binary.path))
    }
  }

  @Test func examine_thisMachine_everyCheckInOrder() async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      let report = await detached { transport.examine(binary, timeoutSeconds: 20) }
      #expect(
        report.checks.map(\.name) == [
          "connection", "work folder", "processor", "cores", "instruction set", "memory", "disk",
          "clock", "glibc",
        ])
      #expect(report.isUsable, "\(report.checks)")
    }
  }
}

/// Runs `body` with a transport to this machine whose work folder is `workFolder` in a new
/// temporary folder, and a worker that runs `script`.
private func withLocal(
  _ script: String, workFolder: String = "work",
  _ body: (HostTransport, WorkerBinary) async throws -> Void
) async throws {
  let folder = FileManager.default.temporaryDirectory.path + "/quanta-local-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let worker = try StandInWorker(script)
  defer { worker.remove() }
  let host = HostSpec(name: "here", access: .local, workFolder: folder + "/" + workFolder)
  try await body(HostTransport(host), worker.binary)
}

/// What many links leave behind in this process.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReconnectTests {
  private func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  private func residentPages() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return try #require(Int(text.split(separator: " ")[1]))
  }

  private func connect(_ transport: HostTransport, _ binary: WorkerBinary) async {
    let recorder = LinkRecorder()
    let link = transport.open(binary, onEvent: recorder.onEvent)
    link.send([1, 2, 3])
    #expect(await recorder.waitForBytes(3) == [1, 2, 3])
    link.close()
    await recorder.waitUntilClosed()
  }

  @Test func manyReconnects_leaveNoDescriptorAndLittleMemory() async throws {
    try await withLocal(StandInWorker.echo) { transport, binary in
      for _ in 0..<10 { await connect(transport, binary) }
      let descriptors = try openDescriptors()
      let pages = try residentPages()
      for _ in 0..<100 { await connect(transport, binary) }
      // The last link's thread may still be closing its own.
      #expect(try openDescriptors() <= descriptors + 8)
      #expect(try residentPages() <= pages + (16 << 20) / 4096)
    }
  }
}
