import Analysis
import Fitting
import Glibc
import SweepModel
import Testing

/// Made-up reports with seeded noise.
enum SampleReports {
  struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
    }

    mutating func normal() -> Double {
      (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
    }
  }

  static let axes = ["width", "seed"]
  static let widths = [10, 14, 20, 29, 42, 60, 86, 123, 176, 252]

  static func key(_ number: Int) throws -> JobKey {
    let digits = String(number, radix: 16)
    return try #require(JobKey(hex: String(repeating: "a", count: 64 - digits.count) + digits))
  }

  /// Ten widths × three seeds; `holes` of them have no result.
  static func records(
    alpha: Double = 0.4, holes: Int = 0, floor: Double = 0, first: Int = 0
  ) throws -> [JobRecord] {
    var noise = Noise(seed: 7)
    var records: [JobRecord] = []
    for width in widths {
      for seed in 0..<3 {
        let n = Double(603 * width + 2)
        let loss = (floor + 12 * pow(n, -0.9 * alpha)) * exp(0.04 * noise.normal())
        let index = records.count
        let missing = index % 9 == 4 && index / 9 < holes
        records.append(
          JobRecord(
            index: first + index,
            job: Job(
              key: try key(first + index), workload: "sparse-parity",
              parameters: Parameters([
                .init(name: "width", value: .integer(width)),
                .init(name: "seed", value: .integer(seed)),
                .init(name: "alpha", value: .real(alpha)),
              ])), state: missing ? .setAside : .done,
            reason: missing ? "killed by signal 9 <out of memory>" : "", attempts: 1,
            scalars: missing ? [] : [.init("parameters", n), .init("loss.final", loss)]))
      }
    }
    return records
  }

  private static let titles = QuantityTitles(
    WorkloadSignature(
      name: "made-up", resultVersion: 1, parameters: [],
      metrics: [.scalar("loss.final", "", title: "Test loss", unit: "bits")],
      estimate: { _ in
        JobEstimate(
          modelParameters: 1, samples: 1, memoryBytes: 1, cpuSeconds: 1, usefulThreads: 1)
      }))

  static func report(
    _ records: [JobRecord], form: FitRequest.Form = .power, by: [String] = [],
    selects: Bool = false
  ) throws -> FitReport {
    try FitAnalysis(
      sweep: "parity-parameters", axes: axes,
      settings: FitSettings(
        uncertainty: .bootstrap(resamples: 400, seed: 1), selects: selects), titles: titles,
      theory: { _, parameters in
        TheoreticalExponent(
          value: parameters.real("alpha"), formula: "α", source: "arXiv:2303.13506")
      }, curve: { _, _ in nil }
    ).report(
      FitRequest(name: "alpha_N", x: "parameters", y: "loss.final", form: form, by: by),
      records: records)
  }

  static func families() -> [CurveSample] {
    widths.map { width in
      var noise = Noise(seed: UInt64(width))
      let x = (1...400).map { Double($0 * 50) }
      let runs = (0..<3).map { _ in
        x.map { step in
          (min(1, 6 * pow(step, -0.35)) + 8 * pow(Double(width * 600), -0.4) / 5)
            * exp(0.03 * noise.normal())
        }
      }
      return CurveSample(name: "width \(width)", x: x, runs: runs)
    }
  }

  struct CurveSample {
    let name: String
    let x: [Double]
    let runs: [[Double]]
  }

  static func emergence(subtasks: Int = 500, columns: Int = 30) -> EmergenceMatrix {
    let values = (0..<columns).map { 5000 * pow(60, Double($0) / Double(max(1, columns - 1))) }
    var losses: [Float] = []
    for subtask in 0..<subtasks {
      for n in values {
        let threshold = 5000 * pow(Double(subtask + 1), 0.75)
        losses.append(Float(1 / (1 + pow(n / threshold, 6))))
      }
    }
    return EmergenceMatrix(
      axis: "parameters", axisValues: values, subtasks: subtasks, losses: losses)
  }
}
