import Basics
import Glibc
import SweepModel

/// What points and optimum alone give reason to warn of.
struct DraftWarnings {
  let points: [FitPoint]
  let form: FitRequest.Form
  let problem: Problem
  let outcome: Search.Outcome

  var all: [FitWarning] {
    [unconverged, stuck, floor, bound, severalMinima, notExhaustive, duplicates, collinear]
      .compactMap(\.self)
  }

  private var unconverged: FitWarning? {
    guard !outcome.best.converged else { return nil }
    return FitWarning(
      .unconverged,
      "The optimiser did not converge (scaled gradient \(outcome.best.scaledGradientNorm.printable)): "
        + (cancelling.map { "\($0) cancel each other in a valley that ends at infinity" }
          ?? "the data hardly determine these parameters") + ". Take a form with fewer.")
  }

  private var stuck: FitWarning? {
    guard outcome.isStuck else { return nil }
    return FitWarning(
      .optimumEqualsStart,
      "No descent moved from where it started, so this is a guess and no optimum. Mend the scale of "
        + "the data, or take another objective.")
  }

  /// Parameters that ran against a bound: floors, or those that a bound of the search stopped.
  private func atBound(isFloor: Bool) -> [String] {
    form.parameters.enumerated().filter { index, parameter in
      guard outcome.best.atBound[index], (parameter.role == .floor) == isFloor else { return false }
      // No shift at all is a law of its own.
      return parameter.name != "x0" || outcome.best.theta[index] > 0
    }.map(\.element.name)
  }

  private var floor: FitWarning? {
    guard !atBound(isFloor: true).isEmpty, outcome.best.theta[0] == 0 else { return nil }
    return FitWarning(
      .floorAtBoundary,
      "The data push the floor against its bound E = 0: \(form.withoutFloor) fits as well.")
  }

  private var bound: FitWarning? {
    let names = atBound(isFloor: false)
    guard !names.isEmpty else { return nil }
    let list = form.parameters.indices.filter { names.contains(form.parameters[$0].name) }.map {
      "\(form.parameters[$0].name) = \(problem.model.values(outcome.best.theta)[$0].printable)"
    }.joined(separator: ", ")
    if let pair = cancelling {
      return FitWarning(
        .parameterAtBoundary,
        "\(list) ran against a bound of the search: the minimum lies at infinity, where the breaks of "
          + "\(pair) are of opposite strength without end and together one bump. Stated is the least "
          + "within the bounds. Take a form with fewer breaks.")
    }
    return FitWarning(
      .parameterAtBoundary,
      "\(list) ran against a bound of the search: the data say nothing of "
        + "\(names.count == 1 ? "it" : "them"). Hold \(names.count == 1 ? "it" : "them") at a value, or "
        + "take a form without.")
  }

  /// The strengths of two breaks that cancel each other, however strong they are.
  private var cancelling: String? {
    let theta = outcome.best.theta
    for first in 0..<form.breakCount {
      for second in 0..<form.breakCount where second > first {
        let (c, other) = (theta[3 + 3 * first], theta[3 + 3 * second])
        guard c * other < 0, max(abs(c), abs(other)) > 10, abs(c + other) < 0.1 * abs(c) else {
          continue
        }
        return "c\(first + 1) and c\(second + 1)"
      }
    }
    return nil
  }

  private var severalMinima: FitWarning? {
    guard outcome.minima.count > 1 else { return nil }
    return FitWarning(
      .severalMinima,
      "\(outcome.minima.count) distinct minima lie within 1 % of the best. Compare them before you "
        + "quote one; a smoother objective such as log-ls has fewer.")
  }

  /// What was measured of the search for three breaks: see `quanta-lab bench optima` in README.
  private var notExhaustive: FitWarning? {
    guard form == .bnsl3 else { return nil }
    return FitWarning(
      .searchNotExhaustive,
      "Three breaks have very many minima: this is the lowest of \(outcome.startCount) descents, and a "
        + "lower one may exist (long random descents found some up to 4.5 % lower than earlier versions of "
        + "this search). Take fewer breaks, or quote only what all of them agree on.")
  }

  private var duplicates: FitWarning? {
    let repeated = points.count - Set(points.lazy.map(\.row)).count
    guard repeated > 0 else { return nil }
    return FitWarning(
      .duplicateRows,
      "\(counted(repeated, "point")) \(repeated == 1 ? "repeats" : "repeat") another one exactly. Remove them unless they are runs of their "
        + "own: copies make intervals too narrow.")
  }

  /// The condition number of the scaled Jacobian, or of the inputs' logarithms: with D = 20·N the
  /// two terms of a bivariate form cannot be told apart.
  private var collinear: FitWarning? {
    guard form.inputCount > 1, points.count > 2 else { return nil }
    let columns = Binding.columns(points, form).prefix(2).map { column -> [Double] in
      let mean = column.reduce(0, +) / Double(column.count)
      return column.map { $0 - mean }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let correlation =
      dot(columns[0], columns[1])
      / (dot(columns[0], columns[0]) * dot(columns[1], columns[1])).squareRoot()
    let condition = (1 + abs(correlation)) / max(1 - abs(correlation), 1e-300)
    guard condition > 1e4 else { return nil }
    return FitWarning(
      .collinear,
      "The inputs move together (condition number \(condition > 1e15 ? "infinite" : condition.printable)"
        + " of their logarithms, as with D = 20·N), so their exponents cannot be told apart. Vary "
        + "one at a fixed value of the other.")
  }
}

extension FitRequest.Form {
  /// What a form whose floor is 0 is called.
  var withoutFloor: String {
    switch self {
    case .offset: "a power law without a floor"
    case .shifted: "a shifted power law without a floor"
    case .chinchilla, .chinchillaTied: "A·N^-alpha + B·D^-beta without a floor"
    default: "the form without a floor"
    }
  }
}
