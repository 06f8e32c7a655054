import Basics
import Glibc
import SweepModel

// What the points do not determine, however exact they are, or do not bound.

extension FitDraft {
  /// True for every parameter, in the form's order, that the points leave open.
  var isOpen: [Bool] {
    form.parameters.indices.map { index in
      identification.isFlat[index] || isLevel[index]
        || elsewhere.contains { differs($0, at: index) }
        || (exchange != nil && form.parameters[index].role != .floor)
    }
  }

  func determines(_ functional: Functional) -> Bool {
    let here = functional.linear(values)
    return identification.determines(problem.model, outcome.best.theta, functional)
      && elsewhere.allSatisfy { abs(functional.linear($0) - here) <= 1e-4 * max(1, abs(here)) }
  }

  /// Other optima that are as low to rounding, in forms of two inputs.
  var otherOptima: [[Double]] {
    guard form.inputCount > 1 else { return [] }
    // Along a flat direction descents end anywhere.
    let found =
      identification.directions.isEmpty
      ? outcome.alike.map { problem.model.values($0.theta) } : []
    return (found + [exchange?(values)].compactMap(\.self)).filter { other in
      form.parameters.indices.contains { differs(other, at: $0) }
    }
  }

  /// With D = k·N^s at every place, as with D = 20·N, the terms of E + A·N^-alpha + B·D^-beta can
  /// be exchanged: the curve with A′ = B·k^-beta, alpha′ = s·beta, B′ = A·k^(alpha/s),
  /// beta′ = alpha/s. Nil for other places, other forms, and where a term is held.
  var exchange: (([Double]) -> [Double])? {
    guard form == .chinchilla, held.keys.allSatisfy({ $0 == "E" }) else { return nil }
    let columns = Binding.columns(points.exact, form)
    let (x, y) = (columns[0], columns[1])
    let places = x.indices.sorted { x[$0] < x[$1] }
    guard let first = places.first, let last = places.last, x[last] > x[first] else { return nil }
    let width = x[last] - x[first]
    let slope = (y[last] - y[first]) / width
    let offset = y[first] - slope * x[first]
    let isLine = places.allSatisfy { place in
      abs(y[place] - offset - slope * x[place]) < 1e-6 * width
    }
    guard isLine, slope != 0 else { return nil }
    return { values in
      let (a, b) = (values[2] * exp(-values[4] * offset), values[3] / slope)
      return [values[0], a, values[1] * exp(b * offset), slope * values[4], b]
    }
  }

  /// True when a parameter's values are further apart than descents to one optimum end.
  private func differs(_ other: [Double], at index: Int) -> Bool {
    let parameter = form.parameters[index]
    let (here, there) = (parameter.linear(values[index]), parameter.linear(other[index]))
    let error = asymptotic?.covariance[index][index].squareRoot() ?? 0
    return abs(here - there) > max(1e-4 * max(1, abs(here)), 0.02 * error)
  }

  mutating func warnUnidentified(_ context: FitContext) {
    let names = zip(form.parameters, isOpen).filter(\.1).map(\.0.name)
    guard !names.isEmpty else { return }
    guard !isLevel.contains(true) else {
      warn(
        FitWarning(
          .unidentified,
          "Not identified: \(names.joined(separator: ", ")). The points lie above and below alike, and any "
            + "curve between them has the same sum of absolute residuals; the intervals are all that "
            + "the data allow. Take least squares, or tell apart what lies above and below."))
      return
    }
    let counts = (0..<form.inputCount).map { input in
      let distinct = Set(points.exact.map { $0.input(input) }).count
      return "\(counted(distinct, "value")) of \(context.input(input))"
    }
    warn(
      FitWarning(
        .unidentified,
        "Not identified: \(names.joined(separator: ", ")). At these places (\(list(counts))) other "
          + "values fit equally well, however exact the data are; the intervals are all that the data "
          + "allow. Add values between and beyond, or hold a parameter that you know."))
  }

  private func list(_ parts: [String]) -> String {
    parts.count < 3 ? parts.joined(separator: " and ") : parts.joined(separator: ", ")
  }

  /// Names what the data would determine if they were more exact.
  mutating func warnEndless() {
    let names = parameters.indices.filter { !parameters[$0].isIdentified && !isOpen[$0] }
      .map { parameters[$0].name }
    guard !names.isEmpty else { return }
    let isOne = names.count == 1
    warn(
      FitWarning(
        .unidentified,
        "Not identified: \(names.joined(separator: ", ")). \(isOne ? "Its interval has" : "Their intervals have") "
          + "no end: with other values, however far out, the curve fits these points as well as their noise "
          + "allows. Add points where the curve bends, hold a parameter that you know, or take a form "
          + "with fewer."))
  }
}

extension FormParameter {
  /// False for an interval without an end where the parameter has none by its definition, as a floor
  /// has at 0: a prefactor and a place have none at 0 on the scale on which their errors are even.
  func isBounded(_ interval: ClosedRange<Double>) -> Bool {
    guard interval.lowerBound > -.infinity, interval.upperBound < .infinity else { return false }
    let isPlace = role == .prefactor || role == .scale && isLogarithmic
    return !(isPlace && interval.lowerBound == 0)
  }
}
