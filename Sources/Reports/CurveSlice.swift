import Analysis
import Fitting
import Glibc

/// A line through the inputs' space along which a fitted curve is drawn or written.
struct CurveSlice {
  /// The input that varies, from 0.
  let axis: Int
  /// The other input that distinguishes this line from its neighbours, and its value; nil for forms
  /// of one input.
  let held: (input: Int, value: Double)?
  /// The places, each with the form's inputs.
  let places: [[Double]]

  /// At most so many values of another input.
  static let heldCount = 6

  /// The lines along every input.
  static func all(of group: FitGroup, margin: Double) -> [CurveSlice] {
    (group.points.first?.inputs.indices ?? 0..<0).flatMap {
      along($0, of: group, margin: margin)
    }
  }

  /// The lines along one input: `count` places evenly in log over the data, widened at each end by
  /// a share `margin` of their log range. The next input is held at up to six evenly chosen ones of
  /// its values in the data, those after it at the geometric mean of theirs.
  static func along(
    _ axis: Int, of group: FitGroup, margin: Double, count: Int = 101
  ) -> [CurveSlice] {
    let columns = (group.points.first?.inputs.indices ?? 0..<0).map { input in
      Set(group.points.map { $0.inputs[input] }).sorted()
    }
    guard let low = columns[axis].first, let high = columns[axis].last else { return [] }
    let widening = pow(high / low, margin)
    let values = logSpaced(low / widening...high * widening, count: count)
    let centre = columns.map { column in
      exp(column.reduce(0) { $0 + log($1) } / Double(column.count))
    }
    func places(_ held: (input: Int, value: Double)?) -> [[Double]] {
      values.map { value in
        var place = centre
        if let held { place[held.input] = held.value }
        place[axis] = value
        return place
      }
    }
    guard let other = columns.indices.first(where: { $0 != axis }) else {
      return [CurveSlice(axis: axis, held: nil, places: places(nil))]
    }
    return columns[other].evenly(heldCount).map { value in
      CurveSlice(axis: axis, held: (other, value), places: places((other, value)))
    }
  }

  /// Values spread evenly in log between the ends of a range.
  static func logSpaced(_ range: ClosedRange<Double>, count: Int) -> [Double] {
    let low = log(range.lowerBound)
    let span = log(range.upperBound) - low
    return (0..<count).map { exp(low + span * Double($0) / Double(count - 1)) }
  }
}
