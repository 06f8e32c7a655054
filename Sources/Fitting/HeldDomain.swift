import Glibc
import SweepModel

/// The values at which a parameter can be held: those among which a free fit seeks it, so that no fit
/// that holds it is better than one that does not.
struct HeldDomain {
  let form: FitRequest.Form

  /// Refuses values outside the domain that the search has for the points; without points, outside
  /// what it has for any.
  func check(_ held: [String: Double], _ points: [FitPoint]) throws(FitError) {
    guard !held.isEmpty else { return }
    let ranges =
      points.isEmpty
      ? zip(domain(of: [point(1), point(2)]), domain(of: [point(1e6), point(1e9)])).map {
        let isFixed = ($0.lowerBound == $1.lowerBound, $0.upperBound == $1.upperBound)
        return (isFixed.0 ? $0.lowerBound : -.infinity)...(isFixed.1 ? $0.upperBound : .infinity)
      } : domain(of: points)
    for (parameter, range) in zip(form.parameters, ranges) {
      guard let value = held[parameter.name] else { continue }
      let rounding = 1e-9 * abs(value)
      if value < range.lowerBound - rounding || value > range.upperBound + rounding {
        throw .heldOutside(name: parameter.name, value: value, domain: range)
      }
    }
  }

  private func domain(of points: [FitPoint]) -> [ClosedRange<Double>] {
    let model = Binding(points: points, form: form, held: [:]).model
    return form.parameters.indices.map { model.bounds(of: $0) }
  }

  private func point(_ x: Double) -> FitPoint {
    FitPoint(x: x, further: (1..<form.inputCount).map { _ in x }, y: 0.5, cluster: 0)
  }
}
