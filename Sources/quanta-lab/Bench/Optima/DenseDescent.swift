import Fitting
import Glibc
import SweepModel

/// Levenberg and Marquardt's method on JᵀWJ, with W = ψ/r for losses that are no squares.
struct DenseDescent {
  private let law: DenseMultistart.Law
  private let objective: FitRequest.Objective
  private let y: [Double]
  private let logY: [Double]
  private let weights: [Double]
  private let areBounds: [Bool]
  private let size: Int
  private var logs: [Double]
  private var jacobian: [Double]
  private var trialLogs: [Double]
  private var normal: [Double]
  private var gradient: [Double]
  private var damped: [Double]
  /// Least absolute deviations are √(r² + ε²) first.
  private var smoothing = 0.0

  init(_ law: DenseMultistart.Law, _ points: [FitPoint], _ objective: FitRequest.Objective) {
    self.law = law
    self.objective = objective
    y = points.map(\.y)
    logY = points.map { log($0.y) }
    weights = points.map(\.weight)
    areBounds = points.map(\.isUpperBound)
    size = law.count
    logs = y
    trialLogs = y
    jacobian = [Double](repeating: 0, count: y.count * size)
    normal = [Double](repeating: 0, count: size * size)
    gradient = [Double](repeating: 0, count: size)
    damped = [Double](repeating: 0, count: size * (size + 1))
  }

  /// A place further down, with the objective there; infinite where there is none.
  ///
  /// - Parameter isLast: False leaves absolute values rounded off.
  mutating func run(
    from start: [Double], steps: Int, isLast: Bool
  ) -> (value: Double, theta: [Double]) {
    guard objective == .leastAbsolute else {
      return descend(from: start, steps: steps)
    }
    var theta = start
    let ends = isLast ? [1e-3, 1e-5, 1e-7, 1e-9, 1e-11] : [1e-2, 1e-3]
    for end in ends {
      smoothing = end
      theta = descend(from: theta, steps: isLast ? 150 : steps / 2).theta
    }
    smoothing = 0
    law.values(theta, &logs)
    return (total(logs), theta)
  }

  private mutating func descend(
    from start: [Double], steps: Int
  ) -> (value: Double, theta: [Double]) {
    var theta = law.inside(start)
    law.values(theta, &logs)
    var value = total(logs)
    var lambda = 1e-2
    // Outside Huber's threshold ψ/r majorises; less makes longer steps.
    var outside = 0.05
    for _ in 0..<steps {
      guard value.isFinite else { break }
      law.jacobian(theta, logs, &jacobian)
      normalise(outside)
      guard gradient.allSatisfy(\.isFinite) else { break }
      var isBetter = false
      for _ in 0..<14 {
        guard let next = step(theta, lambda) else {
          lambda = max(lambda * 10, 1e-12)
          continue
        }
        law.values(next, &trialLogs)
        let trial = total(trialLogs)
        if trial < value {
          isBetter = trial < value * (1 - 1e-13)
          (theta, value) = (next, trial)
          swap(&logs, &trialLogs)
          lambda = max(lambda / 8, 1e-14)
          break
        }
        lambda *= 5
      }
      if !isBetter {
        guard outside < 1, objective.delta != nil || smoothing > 0 else { break }
        (outside, lambda) = (1, 1e-3)
      }
    }
    return (value, theta)
  }

  private func residual(_ index: Int, _ logs: [Double]) -> Double {
    let r = objective == .leastSquares ? exp(logs[index]) - y[index] : logs[index] - logY[index]
    return areBounds[index] ? max(r, 0) : r
  }

  private func total(_ logs: [Double]) -> Double {
    var sum = 0.0
    for index in logs.indices {
      let r = residual(index, logs)
      let size = abs(r)
      switch objective {
      case .leastSquares, .logLeastSquares: sum += weights[index] * 0.5 * r * r
      case .huber(let delta):
        sum += weights[index] * (size <= delta ? 0.5 * r * r : delta * (size - 0.5 * delta))
      case .leastAbsolute:
        sum +=
          weights[index] * (smoothing > 0 ? (r * r + smoothing * smoothing).squareRoot() : size)
      }
    }
    return sum.isNaN ? .infinity : sum
  }

  private mutating func normalise(_ outside: Double) {
    for place in normal.indices { normal[place] = 0 }
    for place in gradient.indices { gradient[place] = 0 }
    for index in logs.indices {
      let r = residual(index, logs)
      let (psi, curvature): (Double, Double)
      switch objective {
      case .leastSquares, .logLeastSquares: (psi, curvature) = (r, 1)
      case .huber(let delta):
        (psi, curvature) =
          abs(r) <= delta ? (r, 1) : (r < 0 ? -delta : delta, outside * delta / abs(r))
      case .leastAbsolute:
        let root = (r * r + smoothing * smoothing).squareRoot()
        let full = smoothing * smoothing / (root * root * root)
        (psi, curvature) = (r / root, max(full, outside / root))
      }
      let factor = objective == .leastSquares ? exp(logs[index]) : 1
      let (force, square) = (
        weights[index] * psi * factor, weights[index] * curvature * factor * factor
      )
      let row = index * size
      for i in 0..<size {
        let di = jacobian[row + i]
        gradient[i] += force * di
        let along = square * di
        for j in 0...i { normal[i * size + j] += along * jacobian[row + j] }
      }
    }
  }

  /// The next place; variables that are held, or at a bound that the gradient pushes against, stay.
  private mutating func step(_ theta: [Double], _ lambda: Double) -> [Double]? {
    let width = size + 1
    for i in 0..<size {
      let stays =
        law.lower[i] == law.upper[i] || (theta[i] <= law.lower[i] && gradient[i] > 0)
        || (theta[i] >= law.upper[i] && gradient[i] < 0) || normal[i * size + i] == 0
      for j in 0..<size {
        damped[i * width + j] = i >= j ? normal[i * size + j] : normal[j * size + i]
      }
      damped[i * width + i] += lambda * max(normal[i * size + i], 1e-30)
      damped[i * width + size] = -gradient[i]
      guard stays else { continue }
      for j in 0...size { damped[i * width + j] = 0 }
      damped[i * width + i] = 1
    }
    guard Self.solve(&damped, size) else { return nil }
    var next = theta
    for i in 0..<size {
      let move = damped[i * width + size]
      guard move.isFinite else { return nil }
      next[i] += move
    }
    return law.inside(next)
  }

  /// Gauss's elimination with pivoting; the solution takes the last column's place.
  static func solve(_ matrix: inout [Double], _ size: Int) -> Bool {
    let width = size + 1
    for column in 0..<size {
      var pivot = column
      for row in column..<size
      where abs(matrix[row * width + column]) > abs(matrix[pivot * width + column]) { pivot = row }
      guard abs(matrix[pivot * width + column]) > 1e-300 else { return false }
      if pivot != column {
        for place in 0..<width { matrix.swapAt(pivot * width + place, column * width + place) }
      }
      for row in 0..<size where row > column {
        let factor = matrix[row * width + column] / matrix[column * width + column]
        guard factor != 0 else { continue }
        for place in column..<width {
          matrix[row * width + place] -= factor * matrix[column * width + place]
        }
      }
    }
    for row in (0..<size).reversed() {
      var sum = matrix[row * width + size]
      for column in 0..<size where column > row {
        sum -= matrix[row * width + column] * matrix[column * width + size]
      }
      matrix[row * width + size] = sum / matrix[row * width + row]
    }
    return true
  }
}
