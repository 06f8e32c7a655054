import Foundation
import Scheduler
import Store
import SweepModel
import Synchronization
import Testing
import Transport
import Wire

@testable import Coordinator

/// The coordinator's end of a link on which nobody answers; it keeps what is sent.
final class RecordingLink: Link {
  private let sent = Mutex<[UInt8]>([])

  func send(_ bytes: [UInt8]) { sent.withLock { $0 += bytes } }
  func close() {}

  /// What has been sent since it was last asked for.
  func take() -> [UInt8] {
    sent.withLock { sent in
      defer { sent = [] }
      return sent
    }
  }

  func frames(_ bytes: [UInt8]) throws -> [Frame] {
    var decoder = FrameDecoder()
    decoder.append(bytes)
    var frames: [Frame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    return frames
  }

  /// The orders among what has been sent since.
  func orders() throws -> [Order] { try frames(take()).compactMap { try Order($0) } }
}

private struct RecordingTransport: Transport {
  let host: HostSpec
  let link: RecordingLink

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link { link }

  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport { HostReport(host: host.name, checks: []) }
}

/// A run with one host whose worker a test speaks for, in place of a thread and a link.
enum RecordedRun {
  static func with(
    _ body: (Coordinator, RecordingLink) throws -> Void
  ) throws {
    let folder = NSTemporaryDirectory() + "quanta-recorded-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try LedgerStore.open(at: folder, now: 0)
    let sweep = try LyingHostTests.sweep(3)
    _ = try store.register(sweep, at: 0)
    let link = RecordingLink()
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: LyingHostTests.signature,
        pools: [
          FixedHosts([RecordingTransport(host: HostSpec(name: "one", access: .local), link: link)])
        ],
        binary: WorkerBinary(path: "/", hash: "0", architecture: "x86_64", sizeBytes: 1)),
      store: store)
    coordinator.advise(.turn)
    coordinator.serve(0, .opened)
    try body(coordinator, link)
  }

  /// What a worker says that takes jobs.
  static let hello = hello(cores: 1)

  static func hello(cores: Int) -> Report {
    .hello(
      Report.WorkerDescription(
        hostname: "h", processor: "p", cores: cores, memoryBytes: 1 << 33,
        instructionSet: "portable", binaryHash: "0", version: "0", held: []))
  }
}

extension Coordinator {
  /// Its first worker tells something.
  func hear(_ report: Report) { serve(0, .received(report.frame.bytes)) }
}
