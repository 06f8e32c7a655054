import Analysis
import SweepModel

/// Made-up runs of grokking over rate × decay × seed.
enum SyntheticPhases {
  static let axes = ["rate", "decay", "seed"]

  static let signature = WorkloadSignature(
    name: "made-up", resultVersion: 1,
    parameters: [ParameterSpec("alpha", .real(0...1e9), "", role: .abscissa)],
    metrics: [
      .scalar("loss.final", "", title: "Test loss", role: .loss(.test)),
      .scalar("train.loss.final", "", role: .loss(.train)),
      .scalar("accuracy.final", "", role: .accuracy(.test)),
      .scalar("train.accuracy.final", "", role: .accuracy(.train)),
    ]
      + [
        MilestoneSpec(
          name: "train", title: "training accuracy", samples: .train, curve: "train.accuracy"),
        MilestoneSpec(name: "test", title: "test accuracy", samples: .test, curve: "accuracy"),
        MilestoneSpec(name: "rqi", title: "RQI", samples: nil, curve: "rqi"),
      ].map { .scalar($0.steps, "", role: .milestone($0)) },
    estimate: { _ in
      JobEstimate(modelParameters: 1, samples: 1, memoryBytes: 1, cpuSeconds: 1, usefulThreads: 1)
    })

  /// One run of 10 000 steps; nil stands for a threshold that it never reached.
  static func record(
    _ index: Int, rate: Double, decay: Int? = nil, seed: Int = 0, train: Int?, test: Int?,
    kind: String? = nil, state: JobState = .done
  ) -> JobRecord {
    var parameters = Parameters([
      .init(name: "rate", value: .real(rate)), .init(name: "seed", value: .integer(seed)),
      .init(name: "trainThreshold", value: .real(0.9)),
      .init(name: "testThreshold", value: .real(0.9)),
    ])
    parameters["decay"] = decay.map(Value.integer)
    parameters["kind"] = kind.map(Value.text)
    let found = [("train", train), ("test", test)].flatMap { name, step in
      [
        JobResult.Scalar("steps.\(name)", Double(step ?? 10_000)),
        JobResult.Scalar("steps.\(name).reached", step == nil ? 0 : 1),
      ]
    }
    return JobRecord(
      index: index,
      job: Job(key: SyntheticSweep.key(index), workload: "made-up", parameters: parameters),
      state: state, reason: state == .setAside ? "out of memory" : "", attempts: 1,
      scalars: state == .done ? found : [])
  }
}
