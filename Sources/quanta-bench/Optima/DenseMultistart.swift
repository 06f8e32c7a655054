import Fitting
import Glibc
import SweepModel

/// The least objective over very many random starts: slow, simple, and with nothing of the fitter's in
/// it, neither its formulas nor its descents nor its choice of starts.
///
/// Levenberg and Marquardt's method on JᵀJ with derivatives by central differences, or by hand for
/// broken laws. Floors and prefactors are logarithms, with E = 0 as a form of its own; starts are even
/// in the logarithms of everything over wide ranges, prefactor and slope by linear regression.
struct DenseMultistart {
  let form: FitRequest.Form
  /// Logarithms of the inputs, one array for each.
  private let inputs: [[Double]]
  private let logY: [Double]
  private let weights: [Double]

  /// Steps of every start, and of the best ones.
  private static let steps = 60
  private static let polish = 1500

  init(_ points: [FitPoint], _ form: FitRequest.Form) {
    self.form = form
    inputs = (0..<form.inputCount).map { input in points.map { log($0.inputs[input]) } }
    logY = points.map { log($0.y) }
    weights = points.map(\.weight)
  }

  /// ½ Σ w (ln f − ln y)² at the best of the minima of `starts` descents.
  func least(starts: Int, seed: UInt64) -> (value: Double, theta: [Double]) {
    var generator = SplitMix64(seed: seed, stream: 0)
    var found: [(value: Double, theta: [Double], hasFloor: Bool)] = []
    for index in 0..<starts {
      let hasFloor = form.hasFloor && index % 2 == 0
      let law = Law(form: form, hasFloor: hasFloor, inputs: inputs)
      guard let start = law.start(logY, &generator) else { continue }
      let (value, theta) = descend(law, start, steps: Self.steps)
      if value.isFinite { found.append((value, theta, hasFloor)) }
    }
    found.sort { $0.value < $1.value }
    var least = found.first.map { ($0.value, $0.theta) } ?? (.infinity, [])
    for start in found.prefix(40) {
      let law = Law(form: form, hasFloor: start.hasFloor, inputs: inputs)
      let polished = descend(law, start.theta, steps: Self.polish)
      if polished.value < least.0 { least = polished }
    }
    return least
  }

  private func descend(
    _ law: Law, _ start: [Double], steps: Int
  ) -> (value: Double, theta: [Double]) {
    var theta = law.inside(start)
    let count = theta.count
    var jacobian = [[Double]](repeating: [], count: logY.count)
    var logs = [Double](repeating: 0, count: logY.count)
    var value =
      law.evaluate(theta, &logs, &jacobian)
      ? objective(logs) : .infinity
    var lambda = 1e-2
    for _ in 0..<steps {
      guard value.isFinite else { break }
      var normal = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
      for (point, row) in jacobian.enumerated() {
        for i in 0..<count {
          normal[i][count] -= weights[point] * row[i] * (logs[point] - logY[point])
          for j in 0..<count { normal[i][j] += weights[point] * row[i] * row[j] }
        }
      }
      var isBetter = false
      for _ in 0..<12 {
        var damped = normal
        for i in 0..<count { damped[i][i] += lambda * max(normal[i][i], 1e-30) }
        guard let step = Self.solve(&damped) else {
          lambda *= 10
          continue
        }
        let next = law.inside(zip(theta, step).map { $0 + $1 })
        var (trialLogs, trialJacobian) = (logs, jacobian)
        let trial =
          law.evaluate(next, &trialLogs, &trialJacobian)
          ? objective(trialLogs) : .infinity
        if trial < value {
          isBetter = trial < value * (1 - 1e-13)
          (theta, value, logs, jacobian) = (next, trial, trialLogs, trialJacobian)
          lambda = max(lambda / 8, 1e-14)
          break
        }
        lambda *= 5
      }
      if !isBetter { break }
    }
    return (value, theta)
  }

  private func objective(_ logs: [Double]) -> Double {
    var sum = 0.0
    for index in logs.indices {
      let r = logs[index] - logY[index]
      sum += 0.5 * weights[index] * r * r
    }
    return sum.isNaN ? .infinity : sum
  }

  /// Gauss's elimination with pivoting.
  static func solve(_ matrix: inout [[Double]]) -> [Double]? {
    let size = matrix.count
    for column in 0..<size {
      var pivot = column
      for row in column..<size where abs(matrix[row][column]) > abs(matrix[pivot][column]) {
        pivot = row
      }
      guard abs(matrix[pivot][column]) > 1e-300 else { return nil }
      matrix.swapAt(pivot, column)
      for row in (column + 1)..<max(size, column + 1) {
        let factor = matrix[row][column] / matrix[column][column]
        for place in column...size { matrix[row][place] -= factor * matrix[column][place] }
      }
    }
    var solution = [Double](repeating: 0, count: size)
    for row in (0..<size).reversed() {
      var sum = matrix[row][size]
      for column in (row + 1)..<max(size, row + 1) { sum -= matrix[row][column] * solution[column] }
      solution[row] = sum / matrix[row][row]
    }
    return solution.allSatisfy(\.isFinite) ? solution : nil
  }
}
