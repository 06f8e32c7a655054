import Glibc
import SweepModel

extension Fit {
  /// The pointwise 95 % band of the fitted curve (not of new measurements), in log y: by the same
  /// t-expanded percentiles as the parameters; where intervals are profiles, at least over the curves
  /// that these have passed, without an end where they go on without, and as wide as the linearised one;
  /// linearised where these are. Empty without any.
  public func bands(at inputs: [[Double]]) -> [ClosedRange<Double>] {
    let grid = PredictionGrid(form: form, inputs: inputs)
    return ranges(of: grid.logValues).map { exp($0.lowerBound)...exp($0.upperBound) }
  }

  /// The 95 % intervals of numbers that follow from the parameters, on the scale on which their errors
  /// are even: as ``bands(at:)`` has them. Empty without intervals.
  func ranges(of numbers: ([Double]) -> [Double]) -> [ClosedRange<Double>] {
    let centre = numbers(parameters.map(\.value))
    let resampled = replicates.curves.map(numbers)
    let passed = allowed.curves.map(numbers)
    let tails = allowed.openEnds.map { open in (open, open.numbers(numbers)) }
    let isLinearised = intervals == .asymptotic && covariance != nil
    guard !resampled.isEmpty || !passed.isEmpty || isLinearised else { return [] }
    let reaches = passed.isEmpty && !isLinearised ? centre.map { _ in 0 } : linearised(numbers)
    return centre.indices.map { place in
      var (low, high) = (centre[place] - reaches[place], centre[place] + reaches[place])
      if !resampled.isEmpty {
        let range = Bootstrap.interval(
          around: centre[place], replicates: resampled.map { $0[place] }.filter(\.isFinite),
          expansion: expansion)
        (low, high) = (min(low, range.lowerBound), max(high, range.upperBound))
      }
      let values = passed.map { $0[place] }.filter(\.isFinite)
      (low, high) = (values.reduce(low, min), values.reduce(high, max))
      guard low <= high else { return -.infinity ... .infinity }
      return tails.reduce(low...high) { range, tail in
        tail.0.extended(range, tail.1.map { $0[place] })
      }
    }
  }

  /// t₀.₉₇₅ times the linearised standard error of every number; 0 where there is none.
  private func linearised(_ numbers: ([Double]) -> [Double]) -> [Double] {
    let values = parameters.map(\.value)
    let centre = numbers(values)
    let free = form.parameters.count - held.count
    let count = intervals == .asymptotic ? pointCount : clusterCount
    guard let covariance, count > free else { return centre.map { _ in 0 } }
    let gradients = form.parameters.enumerated().map { index, parameter -> [Double] in
      let error = covariance[index][index].squareRoot()
      guard error > 0, error.isFinite else { return centre.map { _ in 0 } }
      // A large error would lead where nothing is linear.
      let scale = max(1, abs(parameter.linear(values[index])))
      let step = min(max(1e-4 * error, 1e-8 * scale), 1e-6 * scale)
      func moved(_ by: Double) -> [Double] {
        var moved = values
        moved[index] = parameter.value(linear: parameter.linear(values[index]) + by)
        return numbers(moved)
      }
      return zip(moved(step), moved(-step)).map { ($0 - $1) / (2 * step) }
    }
    let t = StudentT.quantile975(degrees: count - free)
    return centre.indices.map { place in
      var variance = 0.0
      for i in gradients.indices {
        for j in gradients.indices {
          variance += gradients[i][place] * covariance[i][j] * gradients[j][place]
        }
      }
      return variance > 0 && variance.isFinite ? t * variance.squareRoot() : 0
    }
  }

  /// The band at one x of a form of one input; nil without a bootstrap.
  public func band(at x: Double) -> ClosedRange<Double>? { bands(at: [[x]]).first }
}
