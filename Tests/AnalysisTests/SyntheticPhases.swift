import Analysis
import SweepModel

/// Made-up runs of grokking over rate × decay × seed.
enum SyntheticPhases {
  static let axes = ["rate", "decay", "seed"]

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
