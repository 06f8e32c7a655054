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

  private func hello(_ instance: String, in folder: String) -> Report {
    .hello(
      Report.WorkerDescription(
        hostname: "h", processor: "p", cores: 2, memoryBytes: 1 << 33, instructionSet: "portable",
        binaryHash: "0", version: "0", held: [],
        identity: Report.WorkerIdentity(instance: instance, machine: "2e", folder: folder)))
  }

  private let occupied = Report.occupied(Report.Occupation(instance: "1f", run: nil))

  /// A run with two hosts, `one` and `two`, whose links are open; what it notes.
  private func run(
    limits: Amounts = Amounts(), _ body: (Coordinator) throws -> Void
  ) throws -> [String] {
    let folder = NSTemporaryDirectory() + "quanta-same-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try LedgerStore.open(at: folder, now: 0)
    let sweep = try LyingHostTests.sweep(3)
    _ = try store.register(sweep, at: 0)
    let hosts = ["one", "two"].map {
      SilentTransport(host: HostSpec(name: $0, access: .local, limits: limits))
    }
    var notes: [String] = []
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: LyingHostTests.signature, pools: [FixedHosts(hosts)],
        binary: WorkerBinary(path: "/", hash: "0", architecture: "x86_64", sizeBytes: 1)),
      store: store, onNote: { notes.append($0) })
    coordinator.advise(.turn)
    for index in 0...1 { coordinator.serve(index, .opened) }
    try body(coordinator)
    return notes
  }

  @Test(arguments: [true, false])
  func secondEntry_isLeftOutAndTheRunGoesOn(isToldFirst: Bool) throws {
    _ = try run { coordinator in
      let words = [(0, hello("1f", in: "/f")), (1, occupied)]
      for (index, report) in isToldFirst ? words.reversed() : words {
        coordinator.serve(index, .received(report.frame.bytes))
      }
      try coordinator.settle()
      #expect(coordinator.ending == nil)
      #expect(coordinator.book.hosts[0].state == .ready)
      #expect(coordinator.book.hosts[1].state == .duplicate(of: "one"))
    }
  }

  /// Each of its workers counts from 0.
  @Test(arguments: [0, 2], [0, 1])
  func machineWithTwoWorkers_isNotedWithWhatIsGivenOutTwice(cores: Int, gpus: Int) throws {
    let limits = Amounts(threads: cores, named: ["gpu": Amount(gpus)])
    let notes = try run(limits: limits) { coordinator in
      for (index, name) in ["a", "b"].enumerated() {
        coordinator.serve(index, .received(hello(name, in: "/\(name)").frame.bytes))
      }
    }
    let note = notes.first { $0.hasPrefix("one and two are one machine") } ?? ""
    #expect(note.contains("`cores`") == (cores == 0))
    #expect(note.contains("state `gpu` for one") == (gpus > 0))
  }
}
