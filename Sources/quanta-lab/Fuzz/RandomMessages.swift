import SweepModel
import Wire

/// Valid messages with any content.
enum RandomMessages {
  static let names = [
    "loss.final", "workerLost", "jobFailed", "timeout", "cancelled", "sparse-parity", "width",
    "", "0a0b", "../../etc/passwd", "\u{202E}", "\u{7}",
  ]

  static func order(_ random: inout Random) -> Order {
    switch random.below(8) {
    case 0:
      .hello(
        Order.Settings(
          heartbeatSeconds: 1 + Double(random.below(60)), graceSeconds: Double(random.below(9999))))
    case 1:
      .start(
        Order.Assignment(
          attempt: attempt(&random), workload: text(&random), resultVersion: random.below(9),
          parameters: parameters(&random), threads: 1 + random.below(64),
          hostThreads: random.oneIn(2) ? nil : 1 + random.below(64), held: held(&random),
          memoryBytes: random.oneIn(2) ? 0 : random.below(1 << 40),
          timeoutSeconds: random.oneIn(2) ? nil : Double(random.below(1000)),
          checkpointSeconds: Double(random.below(1000)),
          checkpoint: random.oneIn(2) ? nil : bytes(&random)))
    case 2: .stop(attempt(&random))
    case 3: .acknowledge(attempt(&random))
    case 4: .shutdown
    case 5: .run(run(&random))
    case 6: .checkpointPart(attempt(&random), part(&random))
    default: .heartbeat
    }
  }

  private static func held(_ random: inout Random) -> [Allocation.Held] {
    (0..<random.below(3)).map { _ in
      let share = Amount(thousandths: random.below(3) > 0 ? Amount.unit : 1 + random.below(999))
      return Allocation.Held(text(&random), random.below(99), share: share)
    }
  }

  private static func run(_ random: inout Random) -> RunIdentity {
    RunIdentity(store: text(&random), host: text(&random), process: random.below(1 << 22))
  }

  static func report(_ random: inout Random) -> Report {
    switch random.below(13) {
    case 0:
      .hello(
        Report.WorkerDescription(
          hostname: text(&random), processor: text(&random), cores: 1 + random.below(512),
          memoryBytes: random.below(1 << 40), instructionSet: text(&random),
          binaryHash: text(&random), version: text(&random),
          held: (0..<random.below(4)).map { _ in attempt(&random) },
          resources: random.oneIn(2) ? [:] : [attempt(&random): held(&random)],
          identity: random.oneIn(2)
            ? nil
            : Report.WorkerIdentity(
              instance: text(&random), machine: text(&random), folder: text(&random))))
    case 1:
      .progress(
        attempt(&random),
        Report.Progress(
          step: random.below(100), total: 100, metric: text(&random), value: real(&random)))
    case 2: .log(attempt(&random), text(&random))
    case 3: .checkpoint(attempt(&random), bytes(&random))
    case 4: .heartbeat
    case 5:
      .occupied(
        Report.Occupation(
          instance: text(&random), run: random.oneIn(2) ? nil : run(&random)))
    case 7: .checkpointPart(attempt(&random), part(&random))
    case 8: .checkpointKept(attempt(&random))
    case 10: .setUp(attempt(&random), isOver: random.oneIn(2))
    case 9: .checkpointTaken(attempt(&random), bytes: random.below(1 << 30))
    case 6: .rows(attempt(&random), (0..<random.below(3)).map { _ in curve(&random) })
    default: .outcome(attempt(&random), outcome(&random))
    }
  }

  private static func part(_ random: inout Random) -> CheckpointPart {
    let bytes = bytes(&random) + [1]
    let offset = random.below(1 << 20)
    return CheckpointPart(
      offset: offset, total: offset + bytes.count + random.below(9), checksum: random.next(),
      bytes: bytes)
  }

  static func outcome(_ random: inout Random) -> Report.Outcome {
    guard !random.oneIn(3) else {
      return .failed(
        random.pick(FailureCause.known + [.other(text(&random))]), message: text(&random))
    }
    let provenance = Provenance(
      hostname: text(&random), processor: text(&random), instructionSet: text(&random),
      threads: 1 + random.below(64), wallSeconds: real(&random), cpuSeconds: real(&random),
      peakMemoryBytes: random.below(1 << 40), binaryHash: text(&random), version: text(&random))
    let scalars = (0..<random.below(4)).map { _ in JobResult.Scalar(text(&random), real(&random)) }
    let curves = (0..<random.below(3)).map { _ in curve(&random) }
    let weights = (0..<random.below(3)).map {
      WeightSnapshot(step: 10 * $0, content: bytes(&random))
    }
    return .succeeded(JobResult(scalars: scalars, curves: curves, weights: weights), provenance)
  }

  static func attempt(_ random: inout Random) -> AttemptID {
    let digits = (0..<64).map { _ in "0123456789abcdef".utf8.map { $0 }[random.below(16)] }
    guard let key = JobKey(hex: String(decoding: digits, as: UTF8.self)) else {
      preconditionFailure("64 hexadecimal digits are a key")
    }
    return AttemptID(job: key, number: 1 + random.below(9), token: 1 + random.below(1 << 40))
  }

  private static func curve(_ random: inout Random) -> Curve {
    let rows = random.below(5)
    let columns = 1 + random.below(4)
    return Curve(
      name: text(&random), steps: (0..<rows).map { $0 * 10 }, columns: columns,
      values: (0..<rows * columns).map { _ in
        Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      })
  }

  private static func parameters(_ random: inout Random) -> Parameters {
    Parameters(
      (0..<random.below(6)).map { _ in
        let value: Value =
          switch random.below(4) {
          case 0: .integer(Int(bitPattern: UInt(random.extreme())))
          case 1: .real(real(&random))
          case 2: .text(text(&random))
          default: .flag(random.oneIn(2))
          }
        return Parameters.Entry(name: text(&random), value: value)
      })
  }

  private static func real(_ random: inout Random) -> Double {
    Double(bitPattern: random.extreme())
  }

  private static func text(_ random: inout Random) -> String { random.pick(names) }

  private static func bytes(_ random: inout Random) -> [UInt8] {
    (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}
