import Foundation
import Scheduler
import Store
import SweepModel
import Testing
import Transport
import Wire

@testable import Coordinator

/// Two entries for one machine, whatever the order in which their links speak.
@Suite struct SameWorkerTests {
  private final class SilentLink: Link {
    func send(_ bytes: [UInt8]) {}
    func close() {}
  }

  private struct SilentTransport: Transport {
    let host: HostSpec

    func open(
      _ binary: WorkerBinary, data: [DataFile], session: String,
      onEvent: @escaping @Sendable (LinkEvent) -> Void
    ) -> any Link { SilentLink() }

    func examine(
      _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
    ) -> HostReport { HostReport(host: host.name, checks: []) }
  }

  private let hello = Report.hello(
    Report.WorkerDescription(
      hostname: "h", processor: "p", cores: 2, memoryBytes: 1 << 33, instructionSet: "portable",
      binaryHash: "0", version: "0", held: [],
      identity: Report.WorkerIdentity(instance: "1f", machine: "2e", folder: "/f")))
  private let occupied = Report.occupied(Report.Occupation(instance: "1f", run: nil))

  @Test(arguments: [true, false])
  func secondEntry_isLeftOutAndTheRunGoesOn(isToldFirst: Bool) throws {
    let folder = NSTemporaryDirectory() + "quanta-same-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try LedgerStore.open(at: folder, now: 0)
    let sweep = try LyingHostTests.sweep(3)
    _ = try store.register(sweep, at: 0)
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: LyingHostTests.signature,
        pools: [
          FixedHosts(
            ["one", "two"].map { SilentTransport(host: HostSpec(name: $0, access: .local)) })
        ],
        binary: WorkerBinary(path: "/", hash: "0", architecture: "x86_64", sizeBytes: 1)),
      store: store)
    coordinator.advise(.turn)
    for index in 0...1 { coordinator.serve(index, .opened) }
    let words = [(0, hello), (1, occupied)]
    for (index, report) in isToldFirst ? words.reversed() : words {
      coordinator.serve(index, .received(report.frame.bytes))
    }
    try coordinator.settle()
    #expect(coordinator.ending == nil)
    #expect(coordinator.book.hosts[0].state == .ready)
    #expect(coordinator.book.hosts[1].state == .duplicate(of: "one"))
  }
}
