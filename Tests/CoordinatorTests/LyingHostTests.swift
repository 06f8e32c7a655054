import Foundation
import Scheduler
import Store
import SweepModel
import Synchronization
import Testing
import Transport
import Wire

@testable import Coordinator

/// A host that tells what is not so harms nobody: the good host finishes the sweep.
@Suite(.timeLimit(.minutes(10))) struct LyingHostTests {
  static let signature = WorkloadSignature(
    name: "scripted", resultVersion: 1,
    parameters: [ParameterSpec("size", .integer(1...1000), "The size.")],
    metrics: [
      .scalar("loss.final", "The loss."), .scalar("parameters", "The size."),
      .curve("loss", "The loss over the steps."),
    ],
    estimate: { _ in
      JobEstimate(
        modelParameters: 1, samples: 1, memoryBytes: 1 << 20, cpuSeconds: 1, usefulThreads: 1)
    })

  private static func key(_ index: Int) throws -> JobKey {
    let digits = String(index, radix: 16)
    return try #require(JobKey(hex: String(repeating: "a", count: 64 - digits.count) + digits))
  }

  static func sweep(_ count: Int) throws -> Sweep {
    Sweep(
      name: "trial", workload: "scripted", axes: ["size"],
      jobs: try (1...count).map {
        Job(
          key: try key($0), workload: "scripted",
          parameters: Parameters([Parameters.Entry(name: "size", value: .integer($0))]))
      },
      resources: Resources(Amounts(threads: 1)),
      retries: RetryPolicy(maximum: 0, backoffSeconds: 1), fits: [],
      source: SweepSource(origin: "sweep.yaml", text: ""))
  }

  static func result(_ size: Int, loss: Double? = nil, isWhole: Bool = true) -> JobResult {
    let scalars = [
      JobResult.Scalar("loss.final", loss ?? 1 / Double(size)),
      JobResult.Scalar("parameters", Double(size)),
    ]
    return JobResult(
      scalars: isWhole ? scalars : Array(scalars.dropLast()),
      curves: [Curve(name: "loss", steps: [1], values: [1])])
  }

  private static let attack = "\u{1B}[2J\u{1B}]0;owned\u{07}\nerror: all is lost\r\u{9B}2J"

  /// What the liar answers to its n-th job.
  private static func lie(_ number: Int, _ assignment: Order.Assignment) -> [Report] {
    let attempt = assignment.attempt
    let size = assignment.parameters.integer("size")
    let never = AttemptID(job: attempt.job, number: 7, token: 900 + number)
    let other = (try? key(size % 12 + 1)).map { AttemptID(job: $0, number: 1, token: 1) } ?? never
    let lacking = Report.outcome(
      attempt, .succeeded(result(size, isWhole: false), provenance("liar" + attack)))
    switch number % 4 {
    case 0: return [lacking]
    case 1:
      return [.outcome(attempt, .succeeded(result(size, loss: .nan), provenance(attack)))]
    case 2:
      return [never, other].filter { $0 != attempt }.flatMap { stranger in
        [
          .outcome(stranger, .succeeded(result(size, loss: -1), provenance("liar"))),
          .log(stranger, "I was never here\n"), .checkpoint(stranger, [1, 2, 3]),
        ]
      } + [.outcome(attempt, .failed(.workerLost, message: attack))]
    default:
      return (0..<40).map { _ in .log(attempt, String(repeating: "x", count: 1 << 20)) }
        + [.outcome(attempt, .failed(.cancelled, message: attack))]
    }
  }

  static func provenance(_ host: String) -> Provenance {
    Provenance(
      hostname: host, processor: host, instructionSet: "portable", threads: 1, wallSeconds: 1,
      cpuSeconds: 1, peakMemoryBytes: 1, binaryHash: "0", version: "0")
  }

  private func withStore(_ body: (LedgerStore, String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "quanta-lies-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try LedgerStore.open(at: folder, now: 0)
    try body(store, folder)
  }

  @Test func liar_besideAGoodHost_harmsNothing() throws {
    try withStore { store, folder in
      let sweep = try Self.sweep(12)
      _ = try store.register(sweep, at: 0)
      let liar = ScriptedTransport("liar", words: Self.attack, Self.lie)
      let good = ScriptedTransport("good", delay: 0.1) { _, assignment in
        let size = assignment.parameters.integer("size")
        return [
          .outcome(assignment.attempt, .succeeded(Self.result(size), Self.provenance("good")))
        ]
      }
      let notes = Mutex<[String]>([])
      let coordinator = try Coordinator(
        Coordinator.Run(
          sweep: sweep, signature: Self.signature, pools: [FixedHosts([liar, good])],
          binary: WorkerBinary(path: "/", hash: "0", architecture: "x86_64", sizeBytes: 1)),
        store: store, onNote: { note in notes.withLock { $0.append(note) } })
      #expect(try coordinator.run() == .complete)
      try store.close()
      let reader = try StoreReader.open(at: folder)
      for size in 1...12 {
        let key = try Self.key(size)
        #expect(try reader.result(of: key) == Self.result(size), "job \(size)")
        #expect(try reader.attempts(of: key).allSatisfy { !"\($0)".contains("\u{1B}") })
      }
      #expect(liar.answered > 3, "it was given too little to lie about")
      let said = notes.withLock(\.self)
      #expect(said.contains { $0.contains("lacks parameters") && $0.contains("not believed") })
      let controls = said.filter {
        $0.unicodeScalars.contains { $0.value < 32 || $0.value == 0x9B }
      }
      #expect(controls.isEmpty, "\(controls)")
      let logs = logSizes(folder)
      #expect(logs.values.allSatisfy { $0 <= (16 << 20) + 200 }, "\(logs)")
      #expect(logs.keys.allSatisfy { !$0.contains("/7.") }, "\(logs.keys)")
    }
  }

  /// Bytes of every log, by its path.
  private func logSizes(_ folder: String) -> [String: Int] {
    let files = FileManager.default
    let names = files.enumerator(atPath: folder + "/logs")?.compactMap { $0 as? String } ?? []
    return names.reduce(into: [:]) { sizes, name in
      let attributes = try? files.attributesOfItem(atPath: "\(folder)/logs/\(name)")
      guard attributes?[.type] as? FileAttributeType == .typeRegular else { return }
      sizes[name] = attributes?[.size] as? Int ?? 0
    }
  }
}

/// A host whose worker answers by a script.
final class ScriptedTransport: Transport {
  let host: HostSpec
  private let words: String
  private let delay: Double
  private let answer: @Sendable (Int, Order.Assignment) -> [Report]
  private let count = Mutex(0)

  /// Jobs that it was given.
  var answered: Int { count.withLock(\.self) }

  init(
    _ name: String, words: String = "", delay: Double = 0,
    _ answer: @escaping @Sendable (Int, Order.Assignment) -> [Report]
  ) {
    host = HostSpec(name: name, access: .local, limits: Amounts(threads: name == "liar" ? 4 : 2))
    self.words = words
    self.delay = delay
    self.answer = answer
  }

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    ScriptedLink(self, onEvent)
  }

  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    fatalError("nobody asks")
  }

  fileprivate func reply(to order: Order) -> (after: Double, reports: [Report]) {
    switch order {
    case .hello:
      let description = Report.WorkerDescription(
        hostname: host.name + words, processor: words, cores: 4, memoryBytes: 8 << 30,
        instructionSet: "portable", binaryHash: "0", version: words, held: [],
        notes: words.isEmpty ? [] : [words])
      return (0, [.hello(description)])
    case .start(let assignment):
      let number = count.withLock { value in
        value += 1
        return value - 1
      }
      return (delay, answer(number, assignment))
    default: return (0, [])
    }
  }
}

private final class ScriptedLink: Link {
  private let transport: ScriptedTransport
  private let onEvent: @Sendable (LinkEvent) -> Void
  private let queue = DispatchQueue(label: "scripted")
  private let decoder = Mutex(FrameDecoder())
  private let isClosed = Mutex(false)

  init(_ transport: ScriptedTransport, _ onEvent: @escaping @Sendable (LinkEvent) -> Void) {
    self.transport = transport
    self.onEvent = onEvent
    queue.async { onEvent(.opened) }
  }

  func send(_ bytes: [UInt8]) {
    let orders = decoder.withLock { decoder in
      decoder.append(bytes)
      var orders: [Order] = []
      while let frame = try? decoder.next() {
        if let order = (try? Order(frame)) ?? nil { orders.append(order) }
      }
      return orders
    }
    for order in orders {
      if order == .shutdown { close() }
      let (seconds, reports) = transport.reply(to: order)
      queue.asyncAfter(deadline: .now() + seconds) { [self] in
        for report in reports where !isClosed.withLock(\.self) {
          onEvent(.received(report.frame.bytes))
        }
      }
    }
  }

  func close() {
    queue.async { [self] in
      let wasClosed = isClosed.withLock { value in
        defer { value = true }
        return value
      }
      if !wasClosed { onEvent(.closed(nil)) }
    }
  }
}
