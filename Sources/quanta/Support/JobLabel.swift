import Foundation
import SweepModel

/// Names jobs by what varies in their sweep, such as `width=160 seed=0`: reals with four significant
/// digits, or with as many more as tell the axis' values apart.
struct JobLabel {
  private let axes: [String]
  private let digits: [String: Int]

  init(_ jobs: [Job], axes: [String]) {
    self.axes = axes
    digits = Dictionary(
      uniqueKeysWithValues: axes.map { axis in
        (axis, Self.digits(Set(jobs.compactMap { $0.parameters[axis] })))
      })
  }

  /// The job's label.
  func text(of job: Job) -> String {
    axes.compactMap { axis in
      job.parameters[axis].map { "\(axis)=\(Self.text($0, digits: digits[axis] ?? 17))" }
    }.joined(separator: " ")
  }

  /// A value of an axis.
  func text(of value: Value, axis: String) -> String {
    Self.text(value, digits: digits[axis] ?? 17)
  }

  private static func digits(_ values: Set<Value>) -> Int {
    let reals = values.compactMap { if case .real(let value) = $0 { value } else { nil } }
    guard !reals.isEmpty else { return 4 }
    let distinct = Set(reals).count
    return (4..<17).first { digits in
      Set(reals.map { text(.real($0), digits: digits) }).count == distinct
    } ?? 17
  }

  private static func text(_ value: Value, digits: Int) -> String {
    guard case .real(let number) = value else { return value.description }
    return String(format: "%.\(digits)g", number)
  }
}
