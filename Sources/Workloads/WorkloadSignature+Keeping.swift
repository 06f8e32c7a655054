import SweepModel

extension WorkloadSignature {
  /// The most that a job may keep, bytes: half of what a message may have (`Frame.maximumSize`).
  static let mostKept = WeightFile.maximumBytes
  /// What a file of weights has beside its numbers, bytes, at most.
  private static let fileHead = 16 << 10

  /// The same for sweeps whose jobs keep weights: with a parameter that says so.
  func keeping(
    _ rule: WeightRule, steps: @escaping @Sendable (Parameters) -> Int
  ) -> WorkloadSignature {
    let plain = self
    let kept: @Sendable (Parameters) -> (count: Int, each: Int) = { parameters in
      (
        KeptWeights.steps(rule, of: steps(parameters)).count,
        4 * plain.estimate(parameters).modelParameters + Self.fileHead
      )
    }
    return WorkloadSignature(
      name: name, resultVersion: resultVersion,
      parameters: parameters + [
        ParameterSpec(
          WeightRule.parameter, .choice([rule.text]), default: .text(rule.text),
          "Weights that every job keeps, as the file's \"keep\" says.", role: .keeping)
      ], summary: summary, metrics: metrics,
      validate: {
        plain.validate($0) ?? Self.problem(rule, kept($0), steps: steps($0))
      },
      estimate: { parameters in
        let estimate = plain.estimate(parameters)
        let (count, each) = kept(parameters)
        let bytes = count * each
        // In the job, in its checkpoint and in the message that brings the result.
        return JobEstimate(
          modelParameters: estimate.modelParameters, samples: estimate.samples,
          memoryBytes: estimate.memoryBytes + 5 * bytes, cpuSeconds: estimate.cpuSeconds,
          usefulThreads: estimate.usefulThreads, keptBytes: bytes)
      }, theory: theory)
  }

  private static func problem(
    _ rule: WeightRule, _ kept: (count: Int, each: Int), steps: Int
  ) -> ParameterProblem? {
    if case .steps(let list) = rule.points, let last = list.last, last > steps {
      return ParameterProblem(
        parameter: WeightRule.parameter,
        message: "Weights are to be kept after step \(last), but jobs have \(steps) steps; "
          + "list steps up to \(steps).")
    }
    guard kept.count * kept.each > mostKept else { return nil }
    func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }
    let fitting = mostKept / kept.each
    let remedy =
      switch fitting {
      case 0: "leave keep out, or make the network smaller."
      case 1...3: "keep the last ones alone: {weights: final}."
      default: "keep fewer, such as {weights: \(fitting - 2)}."
      }
    return ParameterProblem(
      parameter: WeightRule.parameter,
      message: "A job would keep \(kept.count) set\(kept.count == 1 ? "" : "s") of weights of "
        + "\(mebibytes(kept.each)) MiB, and may keep \(mostKept >> 20) MiB; \(remedy)")
  }
}
