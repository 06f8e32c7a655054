import Glibc
public import SweepModel

/// `self-test`: a job without science that exercises everything around it.
///
/// It "trains" a model whose loss is exactly `x^-exponent` times a small seeded factor, one step a
/// `stepMilliseconds`, with checkpoints; on request it fails, crashes, or does not stop. Users run
/// it to try a cluster in seconds, tests to try every way in which a job can end.
public enum SelfTest: Workload {
  /// Parameters, cost and theory.
  public static let signature = WorkloadSignature(
    name: "self-test",
    resultVersion: 1,
    parameters: [
      ParameterSpec("size", .integer(1...1_000_000_000), "The model's size x."),
      ParameterSpec(
        "exponent", .real(0...10), default: .real(0.5), "The exponent c of the loss x^-c."),
      ParameterSpec(
        "noise", .real(0...1), default: .real(0.02),
        "Largest relative deviation of a loss from the law."),
      ParameterSpec("seed", .integer(0...Int.max), default: .integer(0), "The deviation's seed."),
      ParameterSpec("steps", .integer(1...1_000_000_000), default: .integer(10), "Steps."),
      ParameterSpec(
        "stepMilliseconds", .integer(0...3_600_000), default: .integer(0),
        "How long a step takes, milliseconds.", decidesResult: false),
      ParameterSpec(
        "ending", .choice(["result", "failure", "crash", "hang"]), default: .text("result"),
        "How the job ends: with a result, an error, a crash, or by ignoring every stop."),
    ],
    summary: "nothing: a known law of loss, to try hosts in seconds",
    metrics: [
      .scalar("loss.final", "The loss after the last step."),
      .scalar("parameters", "The size x."), .scalar("steps", "Steps done."),
      .curve("loss", "The loss at up to a hundred steps."),
    ],
    estimate: { parameters in
      let seconds = Double(parameters.integer("stepMilliseconds")) * 1e-3
      return JobEstimate(
        modelParameters: parameters.integer("size"), samples: parameters.integer("steps"),
        memoryBytes: 16 << 20, cpuSeconds: seconds * Double(parameters.integer("steps")) + 0.001,
        usefulThreads: 1)
    },
    theory: { axis, parameters in
      guard axis == "size" || axis == "parameters" else { return nil }
      return TheoreticalExponent(
        value: parameters.real("exponent"), formula: "exponent", source: "by construction")
    })

  /// Runs the job; the calling thread sleeps between steps.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var step = resumeStep(context)
    let total = parameters.integer("steps")
    while step < total {
      if parameters.text("ending") != "hang" { try stopHere(step, context) }
      usleep(UInt32(parameters.integer("stepMilliseconds")) * 1000)
      step += 1
      context.report(step: step, of: total, metric: "loss", value: loss(parameters, at: step))
      if (step - 1) % curveStride(of: total) == 0 {
        context.show([curve(parameters, at: [step])], at: step)
      }
      if context.isCheckpointDue { try context.saveCheckpoint(encode(step)) }
    }
    switch parameters.text("ending") {
    case "failure": throw JobFailure("failed as `ending: failure` asks")
    case "crash": fatalError("crashed as `ending: crash` asks")
    case "hang": while true { sleep(1) }
    default: return result(parameters)
    }
  }

  /// The loss at the step that the checkpoint holds.
  public static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric? {
    let step = decode(checkpoint)
    guard step > 0 else { return nil }
    return LastMetric(name: "loss", step: step, value: loss(parameters, at: step))
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
  private static func loss(_ parameters: Parameters, at step: Int) -> Double {
    var mixer = UInt64(bitPattern: Int64(parameters.integer("seed"))) &* 0x9E37_79B9_7F4A_7C15
    mixer ^= UInt64(parameters.integer("size")) &* 0xBF58_476D_1CE4_E5B9
    mixer = (mixer ^ (mixer >> 30)) &* 0x94D0_49BB_1331_11EB
    let uniform = Double(mixer >> 11) * 0x1p-52 - 1
    let law = pow(Double(parameters.integer("size")), -parameters.real("exponent"))
    return law * (1 + parameters.real("noise") * uniform / Double(step).squareRoot())
  }

  private static func result(_ parameters: Parameters) -> JobResult {
    let total = parameters.integer("steps")
    let steps = stride(from: 1, through: total, by: curveStride(of: total))
    let final = loss(parameters, at: total)
    return JobResult(
      scalars: [
        JobResult.Scalar("loss.final", final),
        JobResult.Scalar("parameters", Double(parameters.integer("size"))),
        JobResult.Scalar("steps", Double(total)),
      ],
      curves: [curve(parameters, at: Array(steps))])
  }

  private static func curveStride(of total: Int) -> Int { max(1, total / 100) }

  private static func curve(_ parameters: Parameters, at steps: [Int]) -> Curve {
    Curve(name: "loss", steps: steps, values: steps.map { Float(loss(parameters, at: $0)) })
  }
}
