import SweepModel

/// The canonical texts of jobs that differ in a few parameters only, as bytes, and their keys.
///
/// It says what ``JobKey/canonicalText(workload:resultVersion:parameters:)`` says; what all jobs share
/// is written once, so that the keys of a million points take about a second.
struct KeyText {
  /// A line that varies: its name, and the bytes for the value that it had last.
  private struct Line {
    let spec: ParameterSpec
    var value: Value?
    var bytes: [UInt8] = []
  }

  /// What stands before each varying line, and after the last.
  private var fixed: [[UInt8]]
  private var lines: [Line] = []
  private var buffer: [UInt8] = []

  /// - Parameters:
  ///   - shared: what decides results, complete; values of varying names are ignored.
  ///   - varying: the parameters that vary among these jobs and decide results.
  init(_ signature: WorkloadSignature, shared: Parameters, varying: [ParameterSpec]) {
    let head = JobKey.canonicalText(
      workload: signature.name, resultVersion: signature.resultVersion, parameters: Parameters())
    fixed = [Array(head.utf8)]
    var all = shared
    for spec in varying { all[spec.name] = .integer(0) }
    for entry in all.entries {
      if let spec = varying.first(where: { $0.name == entry.name }) {
        lines.append(Line(spec: spec))
        fixed.append([])
      } else {
        fixed[fixed.count - 1] += JobKey.canonicalLine(entry.name, entry.value).utf8
      }
    }
  }

  /// The key of the job whose varying parameters have these values, all of them given but defaults
  /// that came later.
  mutating func key(_ parameters: Parameters) -> JobKey {
    buffer.removeAll(keepingCapacity: true)
    for index in lines.indices {
      let spec = lines[index].spec
      let value = parameters[spec.name] ?? spec.defaultValue
      if lines[index].value != value, let value {
        lines[index].value = value
        lines[index].bytes =
          spec.isSilent(value) ? [] : Array(JobKey.canonicalLine(spec.name, value).utf8)
      }
      buffer += fixed[index]
      buffer += lines[index].bytes
    }
    buffer += fixed[lines.count]
    return JobKey.digest(of: buffer)
  }
}
