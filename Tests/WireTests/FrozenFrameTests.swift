import LabSupport
import SweepModel
import Testing

@testable import Wire

/// The bytes of every message, as the version of the protocol that the folder is named after has them:
/// they are read to the same values, and are what is written today.
@Suite struct FrozenFrameTests {
  // swift-format-ignore: NeverForceUnwrap
  private static let job = JobKey(hex: "00ff" + String(repeating: "5a", count: 30))!
  private static let attempt = AttemptID(job: job, number: 3, token: 258)
  private static let run = RunIdentity(store: "b1d0 8 77", host: "desk", process: 4711)

  private static let part = CheckpointPart(
    offset: 4 << 20, total: 5 << 30, checksum: 0xFEDC_BA98_7654_3210, bytes: [0, 1, 254, 255])

  static let orders: [String: Order] = [
    "hello": .hello(Order.Settings(heartbeatSeconds: 2.5, graceSeconds: 600)),
    "start": .start(
      Order.Assignment(
        attempt: attempt, workload: "sparse-parity", resultVersion: 4,
        parameters: Parameters([
          Parameters.Entry(name: "alpha", value: .real(0.4)),
          Parameters.Entry(name: "regime", value: .text("ünline\n\"$(x)")),
          Parameters.Entry(name: "earlyStop", value: .flag(true)),
          Parameters.Entry(name: "width", value: .integer(-9)),
        ]),
        threads: 2, timeoutSeconds: 1.5, checkpointSeconds: 60, checkpoint: [1, 0, 255])),
    "start-plain": .start(
      Order.Assignment(
        attempt: attempt, workload: "self-test", resultVersion: 1, parameters: Parameters([]),
        threads: 1, timeoutSeconds: nil, checkpointSeconds: 0.5, checkpoint: nil)),
    "start-with-memory": .start(
      Order.Assignment(
        attempt: attempt, workload: "command", resultVersion: 1, parameters: Parameters([]),
        threads: 1, memoryBytes: 3 << 30, timeoutSeconds: nil, checkpointSeconds: 60,
        checkpoint: nil)),
    "stop": .stop(attempt),
    "acknowledge": .acknowledge(attempt),
    "shutdown": .shutdown,
    "heartbeat": .heartbeat,
    "run": .run(run),
    "checkpointPart": .checkpointPart(attempt, part),
  ]

  private static let older = Report.WorkerDescription(
    hostname: "node-1", processor: "Some CPU @ 2 GHz", cores: 4, memoryBytes: 1 << 33,
    instructionSet: "avx2", binaryHash: "ab12", version: "1", held: [attempt])

  private static let result = JobResult(
    scalars: [JobResult.Scalar("loss.final", 0.1), JobResult.Scalar("steps", -0.0)],
    curves: [
      Curve(name: "loss", steps: [0, 5], values: [1.5, 0.25]),
      Curve(name: "loss.subtasks", steps: [5], columns: 3, values: [1, .infinity, -0.0]),
    ])

  private static let weights = [
    WeightSnapshot(step: 0, content: [1, 2, 3]), WeightSnapshot(step: 100, content: [0xFF]),
  ]

  private static let provenance = Provenance(
    hostname: "node-1", processor: "Some CPU @ 2 GHz", instructionSet: "avx2", threads: 2,
    wallSeconds: 1.25, cpuSeconds: 2.5, peakMemoryBytes: 12_345_678, binaryHash: "ab12",
    version: "1")

  static let reports: [String: Report] = [
    "hello-of-the-first-release": .hello(older),
    "hello": .hello(
      Report.WorkerDescription(
        hostname: older.hostname, processor: older.processor, cores: older.cores,
        memoryBytes: older.memoryBytes, instructionSet: older.instructionSet,
        binaryHash: older.binaryHash, version: older.version, held: older.held,
        identity: Report.WorkerIdentity(
          instance: "1f", machine: "2e", folder: "/home/ü/.quanta"),
        notes: ["a note"])),
    "progress": .progress(
      attempt, Report.Progress(step: 3, total: 9, metric: "loss", value: 0.25)),
    "rows": .rows(attempt, result.curves),
    "log": .log(attempt, "a line\nanother ü\n"),
    "checkpoint": .checkpoint(attempt, [0, 1, 254, 255]),
    "checkpointPart": .checkpointPart(attempt, part),
    "checkpointKept": .checkpointKept(attempt),
    "setUp": .setUp(attempt, isOver: true),
    "setUp-begun": .setUp(attempt, isOver: false),
    "checkpointTaken": .checkpointTaken(attempt, bytes: 1 << 33),
    "outcome-succeeded": .outcome(attempt, .succeeded(result, provenance)),
    "outcome-with-weights": .outcome(attempt, .succeeded(result.keeping(weights), provenance)),
    "outcome-workerLost": .outcome(attempt, .failed(.workerLost, message: "gone")),
    "outcome-jobFailed": .outcome(attempt, .failed(.jobFailed, message: "a\nb")),
    "outcome-timeout": .outcome(attempt, .failed(.timeout, message: "")),
    "outcome-requeued": .outcome(attempt, .failed(.requeued, message: "again")),
    "outcome-evicted": .outcome(attempt, .failed(.evicted, message: "over")),
    "hello-lent": .hello(
      Report.WorkerDescription(
        hostname: "n1", processor: "p", cores: 1, memoryBytes: 1 << 30, instructionSet: "avx2",
        binaryHash: "ab", version: "1", held: [], secondsLeft: 3540)),
    "outcome-cancelled": .outcome(attempt, .failed(.cancelled, message: "ü")),
    "heartbeat": .heartbeat,
    "occupied": .occupied(Report.Occupation(instance: "1f", run: run)),
    "occupied-by-nobody-known": .occupied(Report.Occupation(instance: "1f", run: nil)),
  ]

  /// The only frame that a file holds.
  private func frame(_ bytes: [UInt8]) throws -> Frame {
    var decoder = FrameDecoder()
    decoder.append(bytes)
    let frame = try #require(try decoder.next())
    #expect(decoder.pending == 0)
    return frame
  }

  @Test(arguments: orders.keys.sorted())
  func order_ofThisVersion_isReadAndWritten(name: String) throws {
    let order = try #require(Self.orders[name])
    let bytes = try CorpusFile("wire/v2/order-\(name).frame").read(orMake: order.frame.bytes)
    #expect(try Order(frame(bytes)) == order)
    #expect(order.frame.bytes == bytes)
  }

  @Test(arguments: reports.keys.sorted())
  func report_ofThisVersion_isReadAndWritten(name: String) throws {
    let report = try #require(Self.reports[name])
    let bytes = try CorpusFile("wire/v2/report-\(name).frame").read(orMake: report.frame.bytes)
    #expect(try Report(frame(bytes)) == report)
    #expect(report.frame.bytes == bytes)
  }

  /// Everything that a worker of version 1 says is read, and what it is told is written as it reads.
  @Test func messages_ofTheFirstVersion_areReadAndOrdersWritten() throws {
    let names = try CorpusFile("wire/v1").names()
    #expect(names.count == 21)
    for name in names {
      let bytes = try CorpusFile("wire/v1/\(name)").read()
      let frame = try frame(bytes)
      #expect(frame.version == 1)
      let stem = name.dropLast(".frame".count)
      if let order = Self.orders[String(stem.dropFirst("order-".count))], name.hasPrefix("order") {
        #expect(try Order(frame) == order, "\(name)")
        #expect(order.frame(in: 1).bytes == bytes, "\(name)")
      } else {
        let report = try #require(Self.reports[String(stem.dropFirst("report-".count))])
        #expect(try Report(frame) == report, "\(name)")
      }
    }
  }

  /// Files of a worker's folder: what it keeps while nobody hears it.
  @Test(arguments: [1, 2], ["succeeded.outcome", "failed.outcome", "job.checkpoint"])
  func fileOfASpool_ofEveryVersion_isRead(version: Int, name: String) throws {
    let reports = [
      "succeeded.outcome": "outcome-succeeded", "failed.outcome": "outcome-jobFailed",
      "job.checkpoint": "checkpoint",
    ]
    let report = try #require(reports[name].flatMap { Self.reports[$0] })
    let corpus = CorpusFile("spool/v\(version)/\(name)")
    let bytes = version == 1 ? try corpus.read() : try corpus.read(orMake: report.frame.bytes)
    #expect(try Report(file: bytes) == report)
    if version == 2 { #expect(report.frame.bytes == bytes) }
  }

  /// A new kind of message has to be frozen as well: every number that is read has a file.
  @Test func kinds_allOfThem_areFrozen() throws {
    let orders = Set(Self.orders.values.map(\.frame.kind))
    let reports = Set(Self.reports.values.map(\.frame.kind))
    for kind in UInt8.min...UInt8.max {
      let frame = Frame(kind: kind, payload: [])
      #expect(isRead { try Order(frame) != nil } == orders.contains(kind))
      #expect(isRead { try Report(frame) != nil } == reports.contains(kind))
    }
    for cause in FailureCause.known {
      #expect(Self.reports["outcome-\(cause.rawValue)"] != nil, "\(cause)")
    }
  }

  /// Whether a kind is known: its empty message is one, or lacks something.
  private func isRead(_ read: () throws -> Bool) -> Bool { (try? read()) ?? true }
}
