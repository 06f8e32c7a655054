import Basics
package import SweepModel

/// Names jobs by what varies in their sweep, such as `width=160 seed=0`: reals with four significant
/// digits, or with as many more as tell the axis' values apart.
package struct JobLabel {
  private let axes: [String]
  private let values: [String: [Value]]
  private let digits: [String: Int]

  package init(_ jobs: [Job], axes: [String]) {
    self.init(axes: axes, values: axes.map { Self.distinct($0, of: jobs) })
  }

  /// - Parameter values: Those of each axis, all different.
  package init(axes: [String], values: [[Value]]) {
    self.axes = axes
    self.values = Dictionary(uniqueKeysWithValues: zip(axes, values))
    digits = self.values.mapValues(Self.digits)
  }

  /// The values of an axis in the order in which jobs have them.
  package func values(of axis: String) -> [Value] { values[axis] ?? [] }

  private static func distinct(_ axis: String, of jobs: [Job]) -> [Value] {
    var seen: [Value] = []
    var known: Set<Value> = []
    var last: Value?
    for job in jobs {
      guard let value = job.parameters[axis], value != last else { continue }
      last = value
      if known.insert(value).inserted { seen.append(value) }
    }
    return seen
  }

  /// The job's label.
  package func text(of job: Job) -> String {
    axes.compactMap { axis in
      job.parameters[axis].map { "\(axis)=\(Self.text($0, digits: digits[axis] ?? 17))" }
    }.joined(separator: " ")
  }

  /// A value of an axis.
  package func text(of value: Value, axis: String) -> String {
    Self.text(value, digits: digits[axis] ?? 17)
  }

  private static func digits(_ values: [Value]) -> Int {
    ShortNumber.digits(
      telling: values.compactMap { if case .real(let value) = $0 { value } else { nil } })
  }

  private static func text(_ value: Value, digits: Int) -> String {
    switch value {
    case .real(let number): ShortNumber.text(number, digits: digits)
    case .text(let name): DataSet(name: name)?.label ?? name
    default: value.description
    }
  }
}
