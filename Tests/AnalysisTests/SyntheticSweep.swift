import Glibc
import SweepModel

/// Sweeps made up for tests: jobs over width × seed whose loss is an exact power law of N.
enum SyntheticSweep {
  static let axes = ["width", "seed"]

  static func key(_ number: Int) -> JobKey {
    let digits = String(number, radix: 16)
    guard let key = JobKey(hex: String(repeating: "0", count: 64 - digits.count) + digits) else {
      preconditionFailure("\(number) has no key")
    }
    return key
  }

  /// L = 3·N^-exponent with N = 600·width.
  static func records(
    widths: [Int] = [10, 20, 40, 80, 160], seeds: Int = 3, exponent: Double = 0.3,
    alpha: Double = 0.4, first: Int = 0
  ) -> [JobRecord] {
    var records: [JobRecord] = []
    for width in widths {
      for seed in 0..<seeds {
        let index = first + records.count
        let parameters = Parameters([
          .init(name: "width", value: .integer(width)), .init(name: "seed", value: .integer(seed)),
          .init(name: "alpha", value: .real(alpha)),
        ])
        let n = Double(600 * width)
        records.append(
          JobRecord(
            index: index,
            job: Job(key: key(index), workload: "sparse-parity", parameters: parameters),
            state: .done, attempts: 1,
            scalars: [
              .init("parameters", n), .init("samples", Double(seed + 1) * 1000),
              .init("loss.final", 3 * pow(n, -exponent)),
            ]))
      }
    }
    return records
  }

  static func changed(
    _ record: JobRecord, state: JobState, reason: String = ""
  ) -> JobRecord {
    JobRecord(index: record.index, job: record.job, state: state, reason: reason, attempts: 1)
  }

  static func theory(_ axis: String, _ parameters: Parameters) -> TheoreticalExponent? {
    guard axis == "parameters" else { return nil }
    return TheoreticalExponent(
      value: parameters.real("alpha"), formula: "α", source: "arXiv:2303.13506")
  }
}
