import Basics
import Glibc
import SweepModel
import Workloads

/// What one width's measurement says, as text or as a JSON object.
struct BenchmarkLine {
  let workload: String
  /// Where the workload has one.
  let width: Value?
  let jobs: Int
  let threads: Int
  let commit: String?
  let timings: [Timings]

  /// Median over all jobs' steps.
  private var stepMilliseconds: Double { timings.flatMap(\.steps).median }
  /// The shortest of all jobs' steps, which neighbours on the machine disturb least.
  private var shortestMilliseconds: Double { timings.flatMap(\.steps).min() ?? .nan }
  private var evaluationMilliseconds: Double { timings.flatMap(\.evaluations).median }
  private var first: Timings { timings[0] }

  /// Training samples of all jobs together in a second.
  private var samplesPerSecond: Double {
    Double(jobs * first.batch) / (stepMilliseconds * 1e-3)
  }

  /// The hashes of all jobs in one word.
  private var hash: String {
    timings.reduce(0 as UInt64) { ($0 &* 0x100_0000_01B3) ^ $1.hash }.hexadecimal
  }

  /// One JSON object.
  var json: String {
    var fields = [
      "\"workload\": \"\(workload)\"", "\"jobs\": \(jobs)", "\"threads\": \(threads)",
      "\"instructionSet\": \"\(WorkloadRegistry.instructionSet)\"",
      "\"step_ms\": \(rounded(stepMilliseconds))",
      "\"step_min_ms\": \(rounded(shortestMilliseconds))",
      "\"evaluation_ms\": \(rounded(evaluationMilliseconds))",
      "\"evaluation_samples\": \(first.testSamples)",
      "\"samples_per_second\": \(Int(samplesPerSecond))",
      "\"result_hash\": \"\(hash)\"",
      "\"machine\": \"\(Self.processor)\"",
    ]
    if let width { fields.append("\"width\": \(width)") }
    if let commit { fields.append("\"commit\": \"\(commit)\"") }
    return "{" + fields.joined(separator: ", ") + "}"
  }

  /// One line to read.
  var text: String {
    workload + (width.map { " of width \($0)" } ?? "")
      + ", \(jobs) × \(threads) threads, \(WorkloadRegistry.instructionSet): "
      + "\(rounded(stepMilliseconds)) ms a step (shortest \(rounded(shortestMilliseconds))), \(rounded(evaluationMilliseconds)) ms an "
      + "evaluation of \(first.testSamples) samples, \(Int(samplesPerSecond)) samples/s, \(hash)"
  }

  private func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }

  /// The processor's name as Linux tells it.
  static let processor: String = {
    guard let file = fopen("/proc/cpuinfo", "r") else { return "unknown" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, 512, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
      let name = text[text.index(after: colon)...].filter { $0 != "\n" && $0 != "\"" }
      return String(name.drop { $0 == " " })
    }
    return "unknown"
  }()
}
