import Foundation
import Scheduler
import Store
import SweepModel
import Synchronization
import Testing
import Transport
import Wire

@testable import Coordinator

/// A worker that speaks version 1 of the protocol, by the bytes that this version wrote.
@Suite struct OlderWorkerTests {
  private final class RecordingLink: Link {
    let sent = Mutex<[UInt8]>([])

    func send(_ bytes: [UInt8]) { sent.withLock { $0 += bytes } }
    func close() {}

    /// What has been sent since it was last taken.
    func take() -> [UInt8] {
      sent.withLock { sent in
        defer { sent = [] }
        return sent
      }
    }
  }

  private struct RecordingTransport: Transport {
    let host = HostSpec(name: "one", access: .local)
    let link: RecordingLink

    func open(
      _ binary: WorkerBinary, data: [DataFile], session: String,
      onEvent: @escaping @Sendable (LinkEvent) -> Void
    ) -> any Link { link }

    func examine(
      _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
    ) -> HostReport { HostReport(host: host.name, checks: []) }
  }

  private static func frozen(_ name: String) throws -> [UInt8] {
    let tests = #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 }
    let path = "\(tests)/Corpus/wire/v1/\(name).frame"
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func frames(_ bytes: [UInt8]) throws -> [Frame] {
    var decoder = FrameDecoder()
    decoder.append(bytes)
    var frames: [Frame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    return frames
  }

  private func withRun(_ body: (Coordinator, RecordingLink) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "quanta-older-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try LedgerStore.open(at: folder, now: 0)
    let sweep = try LyingHostTests.sweep(3)
    _ = try store.register(sweep, at: 0)
    let link = RecordingLink()
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: LyingHostTests.signature,
        pools: [FixedHosts([RecordingTransport(link: link)])],
        binary: WorkerBinary(path: "/", hash: "0", architecture: "x86_64", sizeBytes: 1)),
      store: store)
    coordinator.advise(.turn)
    coordinator.serve(0, .opened)
    try body(coordinator, link)
  }

  @Test func workerOfTheFirstVersion_handsOverItsResultAndHearsThatItMayForgetIt() throws {
    try withRun { coordinator, link in
      coordinator.serve(0, .received(try Self.frozen("report-hello")))
      coordinator.serve(0, .received(try Self.frozen("report-outcome-succeeded")))
      try coordinator.settle()
      let sent = link.take()
      let orders = try frames(sent)
      #expect(orders.allSatisfy { $0.version == 1 })
      let acknowledgement = try Self.frozen("order-acknowledge")
      #expect(orders.contains { $0.bytes == acknowledgement })
      #expect(try orders.contains { try Order($0) == .run(coordinator.identity) })
      for frame in orders {
        if case .start = try Order(frame) { Issue.record("new work for an older worker") }
      }
    }
  }

  @Test func workerOfThisVersion_isSpokenToInIt() throws {
    try withRun { coordinator, link in
      #expect(try frames(link.take()).map(\.version) == [1])
      let hello = Report.WorkerDescription(
        hostname: "h", processor: "p", cores: 2, memoryBytes: 1 << 33, instructionSet: "portable",
        binaryHash: "0", version: "0", held: [])
      coordinator.serve(0, .received(Report.hello(hello).frame.bytes))
      try coordinator.takeTurn()
      let orders = try frames(link.take())
      #expect(orders.contains { $0.version == Frame.protocolVersion })
      #expect(orders.allSatisfy { $0.version == Frame.protocolVersion })
    }
  }

  @Test func workerOfALaterVersion_isNamedAsSuch() throws {
    try withRun { coordinator, _ in
      var bytes = Report.heartbeat.frame.bytes
      bytes[4] = 7
      coordinator.serve(0, .received(bytes))
      let failure = coordinator.hosts[0].failure
      #expect(failure?.message.contains("a worker of a newer Quanta") == true)
      #expect(failure?.message.contains("protocol version 7") == true)
      #expect(failure?.remedy.contains("run the sweep with that version") == true)
    }
  }
}
