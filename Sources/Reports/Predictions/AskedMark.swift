import Analysis
import Fitting

/// Predictions in figures: the curve out to them, dashed with its band, and a ring with the interval
/// of a new measurement.
enum AskedMark {
  static let caption =
    "Dashed: the fit out to what was asked for, with its 95 % band; rings: the predictions, bars: the "
    + "95 % interval of a new measurement."

  static func legend(_ color: String) -> LegendRow {
    LegendRow(mark: .line(color, dash: "5 4"), text: "prediction")
  }

  /// What the vertical axis must show of a prediction; wide intervals up to a factor three.
  static func extent(_ prediction: Prediction) -> [Double] {
    let ends = [prediction.confidence, prediction.measurement].compactMap(\.self)
      .flatMap { [$0.lowerBound, $0.upperBound] }
    return [prediction.value]
      + ends.map { min(3 * prediction.value, max(prediction.value / 3, $0)) }
  }
}

extension Chart {
  /// The fitted curve and its band over places along an axis.
  func drawReach(
    _ fit: Fit, places: [[Double]], axis: Int, color: SVGCanvas.Paint, _ canvas: inout SVGCanvas
  ) {
    let xs = places.map { $0[axis] }
    let bands = Array(zip(xs, fit.bands(at: places)))
    // A band without an end leaves the frame.
    let upper = bands.map { point($0, min($1.upperBound, 10 * y.range.upperBound)) }
    let lower = bands.reversed().map { point($0, max($1.lowerBound, 0.1 * y.range.lowerBound)) }
    canvas.area(upper + lower, color, opacity: 0.1)
    canvas.path(
      zip(xs, fit.predictions(at: places)).filter { $1.isFinite && $1 > 0 }.map { point($0, $1) },
      color, width: 1.6, dash: "5 4")
  }

  /// A ring with the interval of a new measurement.
  func drawMark(
    _ prediction: Prediction, axis: Int, color: SVGCanvas.Paint, _ canvas: inout SVGCanvas
  ) {
    let x = prediction.inputs[axis]
    if let range = prediction.measurement {
      let top = point(x, min(range.upperBound, 10 * y.range.upperBound))
      let bottom = point(x, max(range.lowerBound, 0.1 * y.range.lowerBound))
      canvas.line(bottom, top, color, width: 1.5)
      for end in [top, bottom] {
        canvas.line((end.0 - 4, end.1), (end.0 + 4, end.1), color, width: 1.5)
      }
    }
    let at = point(x, prediction.value)
    canvas.circle(at, radius: 5, color)
    canvas.circle(at, radius: 2.8, .paper)
  }
}
