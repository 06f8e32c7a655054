import Glibc
import SweepModel

/// `self-test`: a job without science that exercises everything around it.
///
/// It "trains" a model whose loss is exactly `x^-exponent` times a small seeded factor, one step a
/// `stepMilliseconds`, with checkpoints; on request it fails, crashes, or does not stop. Users run
/// it to try a cluster in seconds, tests to try every way in which a job can end.
enum SelfTest: Workload {
  /// How the job ends.
  private enum Ending: String, CaseIterable {
    case result
    case failure
    case crash
    case hang
  }

  private struct Settings: ParameterSet {
    let size: Int
    let exponent: Double
    let noise: Double
    let seed: Int
    let steps: Int
    let stepMilliseconds: Int
    let ending: Ending

    init(_ read: inout ParameterReader) {
      size = read.integer("size", 1...1_000_000_000, "The model's size x.")
      exponent = read.real("exponent", 0...10, default: 0.5, "The exponent c of the loss x^-c.")
      noise = read.real(
        "noise", 0...1, default: 0.02, "Largest relative deviation of a loss from the law.")
      seed = read.integer("seed", 0...Int.max, default: 0, "The deviation's seed.", role: .seed)
      steps = read.integer("steps", 1...1_000_000_000, default: 10, "Steps.")
      stepMilliseconds = read.integer(
        "stepMilliseconds", 0...3_600_000, default: 0, "How long a step takes, milliseconds.",
        decidesResult: false)
      ending = read.choice(
        "ending", default: .result,
        "How the job ends: with a result, an error, a crash, or by ignoring every stop.")
    }
  }

  static let signature = WorkloadSignature(
    name: "self-test", resultVersion: 1, settings: Settings.self,
    summary: "nothing: a known law of loss, to try hosts in seconds",
    metrics: [
      .scalar(
        "loss.final", "The loss after the last step.", title: "Test loss", role: .loss(.test)),
      .scalar("parameters", "The size x."), .scalar("steps", "Steps done."),
      .curve(
        "loss", "The loss at up to a hundred steps.", title: "Test loss", role: .loss(.test)),
    ],
    estimate: { settings in
      let seconds = Double(settings.stepMilliseconds) * 1e-3
      return JobEstimate(
        modelParameters: settings.size, samples: settings.steps, memoryBytes: 16 << 20,
        cpuSeconds: seconds * Double(settings.steps) + 0.001, usefulThreads: 1)
    },
    theory: { axis, settings in
      guard axis == "size" || axis == "parameters" else { return nil }
      return TheoreticalExponent(
        value: settings.exponent, formula: "exponent", source: "by construction")
    })

  static var sample: Parameters { signature.parameters(["size": 3]) }

  /// Runs the job; the calling thread sleeps between steps.
  static func run(_ parameters: Parameters, in context: any JobContext) throws -> JobResult {
    let settings = Settings(parameters)
    var step = resumeStep(context)
    while step < settings.steps {
      if settings.ending != .hang { try stopHere(step, context) }
      usleep(UInt32(settings.stepMilliseconds) * 1000)
      step += 1
      context.report(
        step: step, of: settings.steps, metric: "loss", value: loss(settings, at: step))
      if (step - 1) % curveStride(of: settings.steps) == 0 {
        context.show([curve(settings, at: [step])], at: step)
      }
      if context.isCheckpointDue { try context.saveCheckpoint(encode(step)) }
    }
    switch settings.ending {
    case .failure: throw JobFailure("failed as `ending: failure` asks")
    case .crash: fatalError("crashed as `ending: crash` asks")
    case .hang: while true { sleep(1) }
    case .result: return result(settings)
    }
  }

  /// The loss at the step that the checkpoint holds.
  static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric? {
    let step = decode(checkpoint)
    guard step > 0 else { return nil }
    return LastMetric(name: "loss", step: step, value: loss(Settings(parameters), at: step))
  }

  private static func stopHere(_ step: Int, _ context: any JobContext) throws {
    do {
      try context.checkStop()
    } catch {
      try context.saveCheckpoint(encode(step))
      throw error
    }
  }

  private static func resumeStep(_ context: any JobContext) -> Int {
    guard let bytes = context.loadCheckpoint(), bytes.count == 8 else { return 0 }
    let step = decode(bytes)
    context.log("goes on from step \(step)")
    return step
  }

  private static func decode(_ bytes: [UInt8]) -> Int {
    guard bytes.count == 8 else { return 0 }
    return Int(clamping: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private static func encode(_ step: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: step >> (8 * $0)) }
  }

  /// x^-c · (1 + noise·u/√step), u in ±1 from size and seed alone.
  private static func loss(_ settings: Settings, at step: Int) -> Double {
    var mixer = UInt64(bitPattern: Int64(settings.seed)) &* 0x9E37_79B9_7F4A_7C15
    mixer ^= UInt64(settings.size) &* 0xBF58_476D_1CE4_E5B9
    mixer = (mixer ^ (mixer >> 30)) &* 0x94D0_49BB_1331_11EB
    let uniform = Double(mixer >> 11) * 0x1p-52 - 1
    let law = pow(Double(settings.size), -settings.exponent)
    return law * (1 + settings.noise * uniform / Double(step).squareRoot())
  }

  private static func result(_ settings: Settings) -> JobResult {
    let total = settings.steps
    let steps = stride(from: 1, through: total, by: curveStride(of: total))
    return JobResult(
      scalars: [
        JobResult.Scalar("loss.final", loss(settings, at: total)),
        JobResult.Scalar("parameters", Double(settings.size)),
        JobResult.Scalar("steps", Double(total)),
      ],
      curves: [curve(settings, at: Array(steps))])
  }

  private static func curveStride(of total: Int) -> Int { max(1, total / 100) }

  private static func curve(_ settings: Settings, at steps: [Int]) -> Curve {
    Curve(name: "loss", steps: steps, values: steps.map { Float(loss(settings, at: $0)) })
  }
}
