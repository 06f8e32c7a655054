import Basics
import Glibc

extension TwoStepLaw {
  /// Resamples of the runs.
  struct Drawing {
    let loss: Fit
    let accuracy: AccuracyCurve
    /// The runs of every place.
    let clusters: [[DownstreamRun]]
    private let noise: PlaceNoise
    /// Residuals of every run, centred and widened.
    private let residuals: [(loss: Double, accuracy: Double)]
    /// The first step's prediction at every place.
    private let fitted: [Double]

    /// A resample, and how a new run deviates.
    typealias Drawn = (runs: [DownstreamRun], new: (loss: Double, accuracy: Double))

    init(
      loss: Fit, accuracy: AccuracyCurve, clusters: [[DownstreamRun]],
      free: (loss: Int, accuracy: Int)
    ) {
      self.loss = loss
      self.accuracy = accuracy
      self.clusters = clusters
      let fitted = loss.predictions(at: clusters.map { $0[0].inputs })
      self.fitted = fitted
      let places = zip(clusters, fitted).map { runs, value in
        runs.map {
          (loss: log($0.loss / value), accuracy: $0.accuracy - accuracy.accuracy(at: $0.loss))
        }
      }
      noise = PlaceNoise(places, free: free)
      let all = places.flatMap(\.self)
      let n = Double(all.count)
      func widened(_ values: [Double], _ free: Int) -> [Double] {
        let mean = values.reduce(0, +) / n
        let factor = (n / max(1, n - Double(free))).squareRoot()
        return values.map { ($0 - mean) * factor }
      }
      residuals = Array(
        zip(widened(all.map(\.loss), free.loss), widened(all.map(\.accuracy), free.accuracy))
      )
      .map { (loss: $0, accuracy: $1) }
    }

    /// As many places with replacement; nil where draws with `needed` different ones do not come.
    func places(needed: Int, _ generator: inout SplitMix64) -> Drawn? {
      for _ in 0..<1000 {
        let drawn = clusters.map { _ in Int.random(in: clusters.indices, using: &generator) }
        guard Set(drawn).count >= min(clusters.count, needed) else { continue }
        return (
          drawn.flatMap { clusters[$0] },
          residuals[Int.random(in: residuals.indices, using: &generator)]
        )
      }
      return nil
    }

    /// All places, with new deviations of both steps that the runs of a place have in common.
    func deviations(_ generator: inout SplitMix64) -> Drawn? {
      let drawn = noise.draw(clusters.count + 1, &generator)
      let runs = zip(zip(clusters, fitted), drawn).flatMap { entry, deviation in
        entry.0.map { run in
          let loss = entry.1 * exp(deviation.loss)
          return DownstreamRun(
            inputs: run.inputs, loss: loss,
            accuracy: accuracy.accuracy(at: loss) + deviation.accuracy)
        }
      }
      guard let new = drawn.last, runs.allSatisfy({ $0.loss > 0 && $0.loss.isFinite }) else {
        return nil
      }
      return (runs, new)
    }
  }

  /// Names what the accuracies do not determine.
  static func warnings(_ parameters: [Estimate]) -> [FitWarning] {
    let names = parameters.filter { !$0.isIdentified }.map(\.name)
    guard !names.isEmpty else { return [] }
    let mends = ["chance", "ceiling"].filter(names.contains).map { "--\($0)" }
    return [
      FitWarning(
        .unidentified,
        "The accuracies do not determine \(names.joined(separator: ", ")): values as far apart as the "
          + "intervals say fit as well. Add runs of larger and smaller losses"
          + (mends.isEmpty ? "." : ", or give \(mends.joined(separator: " and "))."))
    ]
  }
}

/// Which numbers of a sigmoid the losses determine.
///
/// Not those whose column of the Jacobian is a combination of the others', nor those whose interval is
/// wider than anything measured: chance and ceiling than the range of accuracies, L0 than thrice that
/// of losses, k than a factor of 30.
struct IdentifiedSigmoid {
  private let isDetermined: [Bool]
  private let accuracies: Double
  private let losses: Double

  init(_ curve: AccuracyCurve, _ runs: [DownstreamRun], holds: [Bool]) {
    func span(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
    accuracies = span(runs.map(\.accuracy))
    losses = span(runs.map(\.loss))
    let free = (0..<4).filter { $0 > 1 || !holds[$0] }
    let rows = runs.map { run in
      let s = 1 / (1 + exp(curve.k * (run.loss - curve.middle)))
      let slope = s * (1 - s)
      let row = [1 - s, s, -slope * curve.k * (run.loss - curve.middle), slope * curve.k]
      return free.map { row[$0] }
    }
    var determined = [true, true, true, true]
    for (place, index) in free.enumerated() {
      let column = rows.map { $0[place] }
      let others = rows.map { row in row.indices.filter { $0 != place }.map { row[$0] } }
      let norm = column.reduce(0) { $0 + $1 * $1 }
      guard norm > 0, let c = LinearRegression.solve(others, column) else {
        determined[index] = false
        continue
      }
      let rest = zip(others, column).reduce(0) { sum, pair in
        let r = pair.1 - zip(pair.0, c).reduce(0) { $0 + $1.0 * $1.1 }
        return sum + r * r
      }
      determined[index] = rest > 1e-10 * norm
    }
    isDetermined = determined
  }

  func identifies(_ index: Int, _ range: ClosedRange<Double>) -> Bool {
    let width = range.upperBound - range.lowerBound
    guard isDetermined[index], width.isFinite else { return false }
    return switch index {
    case 0, 1: width <= accuracies
    case 2: range.upperBound <= 30 * max(range.lowerBound, 0)
    default: width <= 3 * losses
    }
  }
}
