import Store
import SweepModel

/// A small store in which every kind of row occurs.
enum SampleStore {
  static func key(_ number: Int) -> JobKey {
    let digits = String(number, radix: 16)
    guard let key = JobKey(hex: String(repeating: "a", count: 64 - digits.count) + digits) else {
      preconditionFailure("hexadecimal digits are a key")
    }
    return key
  }

  static func completion(_ attempt: AttemptID, loss: Double = 0.5) -> Completion {
    Completion(
      attempt: attempt,
      result: JobResult(
        scalars: [.init("loss.final", loss), .init("nan", .nan), .init("zero", -0.0)],
        curves: [
          Curve(name: "loss", steps: [1, 10, 100], values: [3, 2, 1]),
          Curve(name: "loss.subtasks", steps: [1, 100], columns: 2, values: [4, 3, 2, 1]),
        ]),
      provenance: Provenance(
        hostname: "node1", processor: "CPU", instructionSet: "portable", threads: 2,
        wallSeconds: 1.5, cpuSeconds: 2.5, peakMemoryBytes: 1 << 20, binaryHash: "ab",
        version: "0"))
  }

  /// Jobs that are done, running, waiting, failed and cancelled; late results of both kinds.
  static func fill(_ store: LedgerStore) throws {
    _ = try store.register(sweep, at: 1_700_000_000)
    for number in 1...6 {
      let attempt = AttemptID(job: key(number), number: 1, token: number)
      try store.commit([.leased(attempt, worker: "w\(number % 2)")], at: 1_700_000_001)
      switch number {
      case 1...3:
        try store.commit(
          [.accepted(attempt)], completions: [completion(attempt)], at: 1_700_000_002)
      case 4:
        try store.commit(
          [
            .ended(attempt, .jobFailed, message: "it failed"),
            .moved(key(4), .setAside, reason: "failed once"),
          ], at: 1_700_000_002)
      case 5: try store.commit([.ended(attempt, .workerLost, message: "lost")], at: 1_700_000_002)
      default: break
      }
    }
    let second = AttemptID(job: key(5), number: 2, token: 7)
    let late = AttemptID(job: key(5), number: 1, token: 5)
    try store.commit(
      [.leased(second, worker: "w1"), .accepted(second), .late(late)],
      completions: [completion(second), completion(late, loss: 0.25)], at: 1_700_000_003)
    try store.commit([.moved(key(7), .cancelled, reason: "by a person")], at: 1_700_000_004)
  }

  private static let sweep = Sweep(
    name: "widths", workload: "sparse-parity", axes: ["width"],
    jobs: (1...10).map { number in
      Job(
        key: key(number), workload: "sparse-parity",
        parameters: Parameters([
          Parameters.Entry(name: "width", value: .integer(number)),
          Parameters.Entry(name: "alpha", value: .real(0.4)),
          Parameters.Entry(name: "regime", value: .text("online")),
          Parameters.Entry(name: "earlyStop", value: .flag(false)),
        ]))
    },
    resources: Resources(Amounts(threads: 2, memoryBytes: 1 << 30), timeoutSeconds: 60),
    retries: RetryPolicy(),
    fits: [
      FitRequest(
        name: "alpha_N", x: "parameters", y: "loss.final", form: .offset,
        objective: .huber(delta: 0.001), by: ["seed"], xRange: 1...Double.infinity)
    ],
    source: SweepSource(origin: "sweep.yaml", text: "name: widths\n", overrides: ["width=1,2"]))
}
