import SweepFiles
import SweepModel

/// Reads metrics off the lines of a program's output, as patterns say.
struct OutputReader {
  /// The most bytes of an output.
  static let limit = 256 << 20
  /// The most bytes of a line in which a pattern is looked for.
  private static let lineLimit = 1 << 14

  private let patterns: [(pattern: TextPattern, names: Set<String>)]

  /// - Parameter patterns: Texts that have been checked.
  init(_ patterns: [String]) {
    self.patterns = patterns.compactMap { text in
      (try? TextPattern(text)).map { ($0, Set($0.names)) }
    }
  }

  /// Adds what an output says: with a `{step}` in the pattern a series each, else the last values.
  func read(_ bytes: [UInt8], into run: inout FoundRun) {
    guard !patterns.isEmpty else { return }
    var series: [String: (steps: [Int], values: [Double])] = [:]
    var scalars: [String: Double] = [:]
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let words = line.prefix(Self.lineLimit).split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
      for (pattern, names) in patterns {
        guard let found = pattern.first(in: words) else { continue }
        let step = found.first { $0.name == "step" }.flatMap { Double($0.value) }
          .flatMap(Int.init(exactly:))
        if names.contains("step"), step == nil { continue }
        for value in found where value.name != "step" {
          guard let number = Double(value.value) else { continue }
          if let step {
            series[value.name, default: ([], [])].steps.append(step)
            series[value.name]?.values.append(number)
          } else {
            scalars[value.name] = number
          }
        }
      }
    }
    for (name, content) in series.sorted(by: { $0.key < $1.key }) {
      run.series.append(.init(name, steps: content.steps, values: content.values))
    }
    for (name, value) in scalars.sorted(by: { $0.key < $1.key }) {
      run.scalars.append(.init(name, value))
    }
  }
}
