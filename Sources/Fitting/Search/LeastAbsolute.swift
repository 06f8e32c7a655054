/// The exact minimum of Σ w |r|: where the objective has its kinks.
///
/// At a minimum a set Z of points, at most as many as parameters, has r = 0 with multipliers
/// |λ_i| ≤ w_i, and Σ_{i∉Z} w_i sign(r_i) ∇r_i + Σ_Z λ_i ∇r_i = 0 (Fletcher, *Practical Methods of
/// Optimization*, 14.2). Huber's minimum for a tiny δ tells Z; Newton's method on these equations
/// then reaches it to rounding.
struct LeastAbsolute {
  private let free: Mask

  /// - Parameter stopped: Those of the free parameters that stay where they are, at their bounds.
  init(free: Mask, stopped: Mask) {
    var free = free
    for index in 0..<Vector.capacity where stopped[index] { free[index] = false }
    self.free = free
  }

  /// Refines a Huber minimum; nil where the equations do not hold there.
  func refine(_ problem: Problem, _ start: Solution) -> Solution? {
    let near = problem.residuals(start.theta).enumerated().filter {
      abs($0.element) <= problem.threshold
    }
    return solve(
      problem, start, near.map(\.offset),
      near.map { problem.sample.weight(of: $0.offset) * $0.element / problem.threshold })
  }

  /// The least that takes any number of the points next to the curve for Z: where Huber's descent ended
  /// early, its threshold does not tell them. Nil where none is lower.
  func sharpen(_ problem: Problem, _ start: Solution) -> Solution? {
    let sizes = problem.residuals(start.theta).map { abs($0) }
    let order = sizes.indices.sorted { sizes[$0] < sizes[$1] }
    return (0...min(free.count, order.count)).compactMap { count in
      solve(
        problem, start, Array(order.prefix(count)), [Double](repeating: 0, count: count))
    }.min { $0.value < $1.value }
  }

  /// Newton's method on the equations of a set Z; nil where it does not lead down.
  private func solve(
    _ problem: Problem, _ start: Solution, _ first: [Int], _ forces: [Double]
  ) -> Solution? {
    guard first.count <= free.count else { return nil }
    let p = problem.model.parameterCount
    var (theta, zero, multipliers) = (start.theta, first, forces)
    for _ in 0..<30 {
      let jets = problem.residualJets(theta)
      guard let (step, next) = newton(problem, jets, zero, multipliers, p) else { return nil }
      for index in 0..<p { theta[index] += step[index] }
      multipliers = next
      if let worst = overloaded(problem, zero, multipliers) {
        zero.remove(at: worst)
        multipliers.remove(at: worst)
        continue
      }
      var length = 0.0
      for index in 0..<p { length = max(length, abs(step[index])) }
      if length < 1e-13 { break }
    }
    let value = Self.value(problem, theta)
    guard value <= Self.value(problem, start.theta), isInside(theta, problem.model) else {
      return nil
    }
    var solution = start
    solution.theta = theta
    solution.value = value
    solution.scaledGradientNorm = residualNorm(problem, theta, zero, multipliers, p)
    solution.converged = solution.scaledGradientNorm < 1e-6
    return solution
  }

  private func isInside(_ theta: Vector, _ model: CurveModel) -> Bool {
    (0..<model.parameterCount).allSatisfy {
      !free[$0] || (theta[$0] >= model.lower[$0] && theta[$0] <= model.upper[$0])
    }
  }

  /// Σ w |r|.
  static func value(_ problem: Problem, _ theta: Vector) -> Double {
    problem.residuals(theta).enumerated().reduce(0) {
      $0 + problem.sample.weight(of: $1.offset) * abs($1.element)
    }
  }

  private typealias PointJet = (r: Double, gradient: Vector, hessian: Symmetric)

  /// One Newton step on the optimality equations.
  private func newton(
    _ problem: Problem, _ jets: [PointJet], _ zero: [Int], _ multipliers: [Double], _ p: Int
  ) -> (step: Vector, multipliers: [Double])? {
    let moving = (0..<p).filter { free[$0] }
    let size = moving.count + zero.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
    for (point, jet) in jets.enumerated() {
      let place = zero.firstIndex(of: point)
      let force =
        place.map { multipliers[$0] } ?? problem.sample.weight(of: point) * (jet.r < 0 ? -1 : 1)
      for (i, index) in moving.enumerated() {
        for (j, other) in moving.enumerated() { matrix[i][j] += force * jet.hessian[index, other] }
        if let place {
          matrix[i][moving.count + place] = jet.gradient[index]
          matrix[moving.count + place][i] = jet.gradient[index]
        } else {
          matrix[i][size] -= force * jet.gradient[index]
        }
      }
      if let place { matrix[moving.count + place][size] = -jet.r }
    }
    guard let solution = Self.eliminate(&matrix) else { return nil }
    var step = Vector()
    for (i, index) in moving.enumerated() { step[index] = solution[i] }
    return (step, Array(solution.suffix(zero.count)))
  }

  /// The point of Z whose multiplier exceeds its weight most.
  private func overloaded(_ problem: Problem, _ zero: [Int], _ multipliers: [Double]) -> Int? {
    let excess = zip(zero, multipliers).map { abs($1) / problem.sample.weight(of: $0) }
    guard let worst = excess.indices.max(by: { excess[$0] < excess[$1] }), excess[worst] > 1 + 1e-9
    else { return nil }
    return worst
  }

  /// How far the optimality equations are from holding, in units of the forces in them.
  private func residualNorm(
    _ problem: Problem, _ theta: Vector, _ zero: [Int], _ multipliers: [Double], _ p: Int
  ) -> Double {
    var total = Vector()
    var size = Vector()
    for (point, jet) in problem.residualJets(theta).enumerated() {
      let weight = problem.sample.weight(of: point)
      let force =
        zero.firstIndex(of: point).map { multipliers[$0] } ?? weight * (jet.r < 0 ? -1 : 1)
      for index in 0..<p where free[index] {
        total[index] += force * jet.gradient[index]
        size[index] += weight * abs(jet.gradient[index])
      }
    }
    return (0..<p).reduce(0) { free[$1] ? max($0, abs(total[$1]) / size[$1]) : $0 }
  }

  /// Solves the augmented system by elimination with pivoting; nil where it is singular.
  private static func eliminate(_ matrix: inout [[Double]]) -> [Double]? {
    let size = matrix.count
    for column in 0..<size {
      let pivot = (column..<size).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) }
      guard let pivot, abs(matrix[pivot][column]) > 1e-300 else { return nil }
      matrix.swapAt(pivot, column)
      for row in 0..<size where row != column {
        let factor = matrix[row][column] / matrix[column][column]
        guard factor != 0 else { continue }
        for place in column...size { matrix[row][place] -= factor * matrix[column][place] }
      }
    }
    let solution = (0..<size).map { matrix[$0][size] / matrix[$0][$0] }
    return solution.allSatisfy(\.isFinite) ? solution : nil
  }
}
