import Basics
import Glibc

/// How the runs of a place deviate from both steps together: normally, runs of one place alike.
///
/// With few places every resample of places that can be fitted is nearly all of them, so resampling
/// hardly moves anything and its intervals are far too narrow, down to a point. Here every place keeps
/// its runs, and both steps get new deviations. The residuals say how large those are with few degrees
/// of freedom only; so the scale is drawn too, from ν over a χ² of ν, which makes the intervals of a
/// linear model Student's t.
struct PlaceNoise {
  /// Places with as many more than a step's free numbers are resampled instead.
  static let enough = 6

  /// Standard deviations of ln loss and of accuracy given the loss.
  private let loss: Double
  private let accuracy: Double
  private let correlation: Double
  private let degrees: (loss: Int, accuracy: Int)

  /// Residuals of the runs of every place.
  init(_ places: [[(loss: Double, accuracy: Double)]], free: (loss: Int, accuracy: Int)) {
    var (first, second, both) = (0.0, 0.0, 0.0)
    for place in places {
      for run in place {
        let share = 1 / Double(place.count)
        first += share * run.loss * run.loss
        second += share * run.accuracy * run.accuracy
        both += share * run.loss * run.accuracy
      }
    }
    degrees = (max(1, places.count - free.loss), max(1, places.count - free.accuracy))
    loss = (first / Double(degrees.loss)).squareRoot()
    accuracy = (second / Double(degrees.accuracy)).squareRoot()
    correlation = first > 0 && second > 0 ? both / (first * second).squareRoot() : 0
  }

  /// A deviation of both steps for each of `count` places, of one drawn scale.
  func draw(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [(loss: Double, accuracy: Double)] {
    let least = min(degrees.loss, degrees.accuracy)
    var chi = (0..<least).reduce(0.0) { sum, _ in
      let z = generator.standardNormal()
      return sum + z * z
    }
    // A step with more degrees of freedom shares these and adds its own.
    var scales: [Double] = []
    for step in 0..<(max(degrees.loss, degrees.accuracy) - least + 1) {
      if step > 0 {
        let z = generator.standardNormal()
        chi += z * z
      }
      scales.append((Double(least + step) / max(chi, 1e-12)).squareRoot())
    }
    let (first, second) = (scales[degrees.loss - least], scales[degrees.accuracy - least])
    let rest = max(0, 1 - correlation * correlation).squareRoot()
    return (0..<count).map { _ in
      let (u, v) = (generator.standardNormal(), generator.standardNormal())
      return (first * loss * u, second * accuracy * (correlation * u + rest * v))
    }
  }
}
