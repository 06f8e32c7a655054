import SweepModel

/// What the points' places say of the parameters at an optimum, whatever the noise: the singular
/// values of the Jacobian J of the residuals, every column scaled to length 1.
///
/// A singular value of 0 is a direction in which the parameters can move without any prediction at
/// the points changing: with two sizes of N, for example, alpha, A and E of E + A·N^-alpha lie on a
/// curve of equal objective, however many points there are. (Raue et al., *Bioinformatics* 25 (2009)
/// 1923, "structural" and "practical" identifiability.)
struct Identification {
  /// The least singular value over the largest: 0 where a direction is flat, 1 for orthogonal ones.
  let condition: Double
  /// True for every parameter, in the form's order, that some flat direction moves.
  let isFlat: [Bool]
  /// Flat directions of θ, each as far as its column of J is long: no prediction changes along them.
  let directions: [Vector]
  /// Lengths of the columns of J.
  private let norms: [Double]

  /// Components of flat directions below this are rounding.
  private static let least = 1e-5
  /// Of more points a part is looked at first.
  private static let most = 2000

  init(_ problem: Problem, _ solution: Solution) {
    let stride = max(1, problem.sample.count / Self.most)
    let part = Self.examine(problem, solution, stride: stride)
    let whole =
      stride > 1 && part.isFlat.contains(true) ? Self.examine(problem, solution, stride: 1) : part
    (condition, isFlat, directions, norms) = whole
  }

  private static func examine(
    _ problem: Problem, _ solution: Solution, stride: Int
  ) -> (condition: Double, isFlat: [Bool], directions: [Vector], norms: [Double]) {
    let model = problem.model
    let p = model.parameterCount
    var local = problem
    local.sample.take(
      from: problem.sample,
      multiplicity: (0..<problem.sample.count).map { $0 % stride == 0 ? 1 : 0 })
    let jets = local.residualJets(solution.theta)
    let columns = (0..<p).map { index in jets.map { $0.gradient[index] } }
    let norms = columns.map { column in
      column.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let slack = slackBounds(problem, solution)
    let moving = (0..<p).filter { model.free[$0] && (!solution.atBound[$0] || slack[$0]) }
    let seen = moving.filter { norms[$0] > 1e-12 * (norms.max() ?? 0) }
    var isFlat = (0..<p).map { moving.contains($0) && !seen.contains($0) }
    var directions = (0..<p).filter { isFlat[$0] }.map { index in
      var direction = Vector()
      direction[index] = 1
      return direction
    }
    guard !seen.isEmpty else { return (0, isFlat, directions, norms) }
    let decomposed = SingularValues(
      seen.map { index in columns[index].map { $0 / norms[index] } })
    let largest = decomposed.values.max() ?? 0
    let smallest = decomposed.values.min() ?? 0
    for (value, vector) in zip(decomposed.values, decomposed.vectors)
    where value <= PseudoInverse.rounding * largest {
      var direction = Vector()
      for (component, index) in zip(vector, seen) { direction[index] = component / norms[index] }
      directions.append(direction)
      for (index, coordinate) in model.coordinates.enumerated() where model.free[index] {
        let change = coordinate.row.reduce(0) { $0 + $1.factor * direction[$1.index] }
        let own = abs(coordinate.row[0].factor)
        if abs(change) / own * norms[index] > least { isFlat[index] = true }
      }
    }
    return (isFlat.contains(true) ? 0 : smallest / largest, isFlat, directions, norms)
  }

  /// True when no flat direction moves a number.
  func determines(_ model: CurveModel, _ theta: Vector, _ functional: Functional) -> Bool {
    let slopes = norms.indices.map { index -> Double in
      let step = 1e-6 * max(1, abs(theta[index]))
      func at(_ place: Double) -> Double {
        var moved = theta
        moved[index] = place
        return functional.linear(model.values(moved))
      }
      return (at(theta[index] + step) - at(theta[index] - step)) / (2 * step)
    }
    return directions.allSatisfy { direction in
      var (change, most) = (0.0, 0.0)
      for (index, slope) in slopes.enumerated() where norms[index] > 0 {
        change += slope * direction[index]
        most += abs(slope) / norms[index]
      }
      return abs(change) <= Self.least * most
    }
  }

  /// Parameters that lie at a bound without being pushed there: a flat valley ends on it.
  private static func slackBounds(_ problem: Problem, _ solution: Solution) -> [Bool] {
    let at = problem.evaluate(solution.theta)
    return (0..<problem.model.parameterCount).map { index in
      let scale = at.squares[index].squareRoot() * at.psiNorm
      return !(abs(at.gradient[index]) > 1e-6 * max(scale, 1e-24))
    }
  }
}
