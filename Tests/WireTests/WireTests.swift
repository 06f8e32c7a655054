import Basics
import Foundation
import SweepModel
import Testing

@testable import Wire

// swift-format-ignore: NeverForceUnwrap
private let key = JobKey(hex: String(repeating: "0a", count: 32))!
private let attempt = AttemptID(job: key, number: 2, token: 17)

private let orders: [Order] = [
  .hello(Order.Settings(heartbeatSeconds: 2, graceSeconds: 600)),
  .start(
    Order.Assignment(
      attempt: attempt, workload: "self-test", resultVersion: 3,
      parameters: Parameters([
        Parameters.Entry(name: "alpha", value: .real(0.4)),
        Parameters.Entry(name: "regime", value: .text("online\n\"$(x)")),
        Parameters.Entry(name: "earlyStop", value: .flag(true)),
        Parameters.Entry(name: "width", value: .integer(-9)),
      ]),
      threads: 2,
      held: [
        .init("gpu", 0), .init("gpu", 2), .init("licence", 0, share: .init(thousandths: 500)),
      ],
      tokens: ["gpu": ["GPU-1a", "1", "MIG-2b"], "licence": []], timeoutSeconds: 1.5,
      checkpointSeconds: 60, checkpoint: [1, 2, 3])),
  .stop(attempt), .acknowledge(attempt), .shutdown, .heartbeat,
  .run(RunIdentity(store: "machine 8 15", host: "desk", process: 4711)),
]

private let reports: [Report] = [
  .hello(
    Report.WorkerDescription(
      hostname: "h1", processor: "p", cores: 4, memoryBytes: 1 << 33,
      instructionSet: "portable", binaryHash: "ab", version: "1", held: [attempt])),
  .hello(
    Report.WorkerDescription(
      hostname: "h1", processor: "p", cores: 4, memoryBytes: 1 << 33,
      instructionSet: "portable", binaryHash: "ab", version: "1", held: [attempt],
      resources: [attempt: [.init("gpu", 1, share: .init(thousandths: 1)), .init("licence", 0)]],
      identity: Report.WorkerIdentity(instance: "1f", machine: "2e", folder: "/home/u/.quanta"),
      notes: ["a note"],
      devices: Devices([
        Device(
          token: "GPU-1a", vendor: .nvidia, name: "NVIDIA A100", memoryBytes: 80 << 30,
          uuid: "GPU-1a"), Device(token: "0", vendor: .amd),
      ]))),
  .hello(
    Report.WorkerDescription(
      hostname: "h1", processor: "p", cores: 4, memoryBytes: 1 << 33, instructionSet: "portable",
      binaryHash: "ab", version: "1", held: [], devices: Devices(areWithheld: true),
      secondsLeft: 12.5)),
  .occupied(Report.Occupation(instance: "1f", run: nil)),
  .occupied(
    Report.Occupation(
      instance: "1f", run: RunIdentity(store: "machine 8 15", host: "desk", process: 4711))),
  .progress(attempt, Report.Progress(step: 3, total: 9, metric: "loss", value: 0.25)),
  .log(attempt, "a line\n"), .checkpoint(attempt, Array(0...255)), .heartbeat,
  .outcome(attempt, .failed(.timeout, message: "too long")),
  .outcome(attempt, .failed(.other("requeued"), message: "exit 75")),
  .outcome(
    attempt,
    .succeeded(
      JobResult(
        scalars: [JobResult.Scalar("loss.final", .pi)],
        curves: [Curve(name: "c", steps: [1, 5], columns: 2, values: [1, 2, 3, -0.0])]),
      Provenance(
        hostname: "h", processor: "p", instructionSet: "portable", threads: 2, wallSeconds: 1,
        cpuSeconds: 2, peakMemoryBytes: 3, binaryHash: "ff", version: "0",
        origin: Provenance.imported(from: "runs/7")))),
]

@Suite struct WireTests {
  @Test(arguments: orders)
  func order_encodedAndDecoded_isTheSame(order: Order) throws {
    #expect(try Order(order.frame) == order)
  }

  @Test(arguments: reports)
  func report_encodedAndDecoded_isTheSame(report: Report) throws {
    #expect(try Report(report.frame) == report)
  }

  @Test(arguments: [1, 2, 3, 7, 64, 10_000])
  func stream_cutIntoPieces_givesTheSameFrames(pieceSize: Int) throws {
    let stream = reports.flatMap(\.frame.bytes)
    var decoder = FrameDecoder()
    var decoded: [Report] = []
    for start in stride(from: 0, to: stream.count, by: pieceSize) {
      decoder.append(Array(stream[start..<min(start + pieceSize, stream.count)]))
      while let frame = try decoder.next() { decoded.append(try #require(try Report(frame))) }
    }
    #expect(decoded == reports)
    #expect(decoder.pending == 0)
  }

  /// Every single flipped bit of every message is noticed; nothing decodes to something else.
  @Test func frame_withAnyBitFlipped_isRefusedOrIncomplete() throws {
    for report in reports {
      let bytes = report.frame.bytes
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        var decoder = FrameDecoder()
        decoder.append(damaged)
        let frame = try? decoder.next()
        #expect(frame == nil, "bit \(bit) of \(report)")
      }
    }
  }

  /// Between two fields a cut leaves a message that says less; anywhere else it is an error.
  @Test func payload_cutAnywhere_isAnErrorOrSaysLess() {
    for report in reports {
      let frame = report.frame
      for count in 0..<frame.payload.count {
        let cut = Frame(kind: frame.kind, payload: Array(frame.payload.prefix(count)))
        if let shorter = (try? Report(cut)) ?? nil {
          #expect(shorter != report && frame.payload.starts(with: cut.payload), "\(shorter)")
        }
      }
    }
  }

  @Test func payload_ofRandomBytes_isAnErrorOrAMessage() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("payload_ofRandomBytes seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<20_000 {
      let kind = UInt8(truncatingIfNeeded: 64 + random.next() % 8)
      let payload = (0..<random.next() % 200).map { _ in
        UInt8(truncatingIfNeeded: random.next() % 5)
      }
      for version in UInt8(1)...2 {
        _ = try? Report(Frame(kind: kind, payload: payload, version: version))
        _ = try? Order(Frame(kind: kind - 64, payload: payload, version: version))
      }
    }
  }

  /// Numbers that would overflow in the coordinator's sums or the worker's clock.
  @Test func payload_withImpossibleNumbers_isRefusedWithItsPlace() {
    for cores in [-1, Int.max] {
      let hello = Report.hello(
        Report.WorkerDescription(
          hostname: "h", processor: "p", cores: cores, memoryBytes: 1, instructionSet: "",
          binaryHash: "", version: "", held: []))
      #expect(
        throws: WireError.message(.malformed("a number of cores is \(cores)", at: 6))
      ) { try Report(hello.frame) }
    }
    for seconds in [-1, .nan, .infinity, 1e300] {
      let hello = Order.hello(Order.Settings(heartbeatSeconds: seconds, graceSeconds: 1))
      #expect(throws: WireError.self) { try Order(hello.frame) }
    }
    for (number, token) in [(0, 1), (1, 0), (Int.max, 1), (1, Int.max), (Int.min, 1)] {
      let stop = Order.stop(AttemptID(job: key, number: number, token: token))
      #expect(throws: WireError.self) { try Order(stop.frame) }
    }
    let progress = Report.progress(
      attempt, Report.Progress(step: Int.min, total: 1, metric: "loss", value: 0))
    #expect(throws: WireError.self) { try Report(progress.frame) }
  }

  /// All of one is written as before there were shares; a share has one more field, without which older
  /// readers keep all of it for the attempt.
  @Test func share_isToldOnlyWhereItIsNotAll() throws {
    for (share, bytes) in [(1000, []), (500, [24, 0xE8, 7])] as [(Int, [UInt8])] {
      let order = Order.start(
        Order.Assignment(
          attempt: attempt, workload: "w", resultVersion: 1, parameters: Parameters([]),
          threads: 1, held: [.init("gpu", 1, share: Amount(thousandths: share))],
          timeoutSeconds: nil, checkpointSeconds: 60, checkpoint: nil))
      let message = [10, 3, 103, 112, 117, 16, 2] + bytes
      #expect(order.frame.payload.contains([162, 1, UInt8(message.count)] + message))
      #expect(try Order(order.frame) == order)
    }
    for share in [0, -1, 1001, Int.max] {
      var out = FieldWriter()
      out.write(1, attempt)
      out.write(20) { out in
        out.write(1, "gpu")
        out.write(3, share)
      }
      #expect(throws: WireError.self) { try Order(Frame(kind: 2, payload: out.bytes)) }
    }
  }

  /// The bytes of the first release's hello, made by another program: its workers must be able to
  /// hand over what they hold.
  @Test func helloOfAnOlderWorker_isUnderstood() throws {
    let text =
      "igAAAAFBAAAWH7gVAgAAAGgxAQAAAHAEAAAAAAAAAAAAAAACAAAACAAAAHBvcnRhYmxlAgAA"
      + "AGFiAQAAADEBAAAAQAAAADBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBh"
      + "MGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGECAAAAAAAAABEAAAAAAAAA"
    var decoder = FrameDecoder()
    decoder.append(Array(try #require(Data(base64Encoded: text))))
    let frame = try #require(try decoder.next())
    #expect(try Report(frame) == reports[0])
  }

  @Test func spoolFile_withMoreOrLessThanAFrame_isRefusedWithItsPlace() throws {
    let bytes = reports[5].frame.bytes
    #expect(try Report(file: bytes) == reports[5])
    #expect(throws: WireError.message(.truncated(at: bytes.count - 1))) {
      try Report(file: bytes.dropLast())
    }
    #expect(throws: WireError.message(.malformed("bytes after the only frame", at: bytes.count))) {
      try Report(file: bytes + [0])
    }
    #expect(throws: WireError.message(.truncated(at: 0))) { try Report(file: []) }
  }

  @Test func frame_ofAnotherVersionOrTooLarge_isNamed() {
    var bytes = Report.heartbeat.frame.bytes
    bytes[4] = 9
    var decoder = FrameDecoder()
    decoder.append(bytes)
    #expect(throws: WireError.version(9, at: 0)) { try decoder.next() }
    #expect("\(WireError.version(9, at: 0))".contains("of a newer Quanta; this one reads 1 to 2"))
    #expect(WireError.version(9, at: 0).isOfNewerVersion)
    #expect(!WireError.version(0, at: 0).isOfNewerVersion)
    bytes = Report.heartbeat.frame.bytes
    bytes[3] = 0xFF
    decoder = FrameDecoder()
    decoder.append(bytes)
    #expect(throws: WireError.tooLarge(0xFF00_0000, at: 0)) { try decoder.next() }
  }
}
