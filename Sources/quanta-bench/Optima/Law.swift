import Fitting
import Glibc
import SweepModel

extension DenseMultistart {
  /// A form in variables without units: ln E (where it has a floor), then the others in the form's
  /// order, prefactors and places as logarithms.
  struct Law {
    let form: FitRequest.Form
    let hasFloor: Bool
    let inputs: [[Double]]

    private var first: Int { hasFloor ? 1 : 0 }

    /// A place at random; nil where it is none.
    func start(_ logY: [Double], _ generator: inout SplitMix64) -> [Double]? {
      func even(_ low: Double, _ high: Double) -> Double {
        Double.random(in: low...high, using: &generator)
      }
      let least = logY.min() ?? 0
      var logFloor: Double?
      // Even in ln E, and in ln(min y − E).
      if hasFloor {
        logFloor =
          least + (Bool.random(using: &generator) ? -even(0.01, 8) : log1p(-exp(-even(0.5, 12))))
      }
      let rest = logY.map { y in logFloor.map { y + log1p(-exp($0 - y)) } ?? y }
      let x = inputs[0]
      let (low, high) = (x.min() ?? 0, x.max() ?? 1)
      let span = high - low
      var theta = logFloor.map { [$0] } ?? []
      switch form {
      case .power, .offset: theta += Self.line(x, rest)
      case .shifted:
        let shift = even(low - 3, high + 2)
        theta += Self.line(x.map { log(exp($0) + exp(shift)) }, rest) + [shift]
      case .m4:
        let alpha = exp(even(-5, 2))
        theta += Self.line(x, zip(rest, logY).map { $0 - alpha * log(-expm1($1)) }) + [log(alpha)]
      case .bnsl1, .bnsl2, .bnsl3:
        let count = (form.parameters.count - 3) / 3
        let breaks = (0..<count).map { _ in
          (even(low - 0.3 * span, high + 0.3 * span), even(-4, min(3, log(2 * span))))
        }.sorted { $0.0 < $1.0 }
        let columns = breaks.map { place, width in
          x.map { -exp(width) * Self.softplus(($0 - place) / exp(width)) }
        }
        let fitted = Self.regress([x.map { -$0 }] + columns, rest)
        guard let fitted else { return nil }
        theta += fitted.prefix(2)
        for (index, (place, width)) in breaks.enumerated() {
          theta += [fitted[2 + index], place, width]
        }
      case .chinchilla, .chinchillaTied:
        let share = even(0.02, 0.98)
        let spread = [max(span, 1e-3), max((inputs[1].max() ?? 1) - (inputs[1].min() ?? 0), 1e-3)]
        let exponents = spread.map { exp(even(log(0.05), log(8))) / $0 }
        let scale = rest.reduce(0, +) / Double(rest.count)
        let centres = inputs.map { $0.reduce(0, +) / Double($0.count) }
        theta += [
          scale + log(share) + exponents[0] * centres[0],
          scale + log(1 - share) + exponents[form == .chinchilla ? 1 : 0] * centres[1],
        ]
        theta += form == .chinchilla ? exponents : [exponents[0]]
      default: return nil
      }
      return theta
    }

    /// The nearest place within the fitter's stated domain.
    func inside(_ theta: [Double]) -> [Double] {
      var theta = theta
      let (low, high) = (inputs[0].min() ?? 0, inputs[0].max() ?? 1)
      func clamp(_ index: Int, _ least: Double, _ most: Double) {
        theta[index] = min(max(theta[index], least), most)
      }
      if form == .shifted {
        clamp(first + 1, -30, 30)
        clamp(first + 2, -700, log(1e3) + high)
      }
      guard form.isBroken else { return theta }
      clamp(first + 1, -30, 30)
      for at in stride(from: first + 2, to: theta.count, by: 3) {
        clamp(at, -1e4, 1e4)
        clamp(at + 1, low - 2 * (high - low), high + 2 * (high - low))
        clamp(at + 2, -4, 3)
      }
      return theta
    }

    /// ln f at every point and its derivatives; false where f is not above 0 or beyond a double.
    func evaluate(_ theta: [Double], _ logs: inout [Double], _ jacobian: inout [[Double]]) -> Bool {
      if form.isBroken { return broken(theta, &logs, &jacobian) }
      logs = values(theta)
      guard logs.allSatisfy(\.isFinite) else { return false }
      for index in logs.indices { jacobian[index] = [Double](repeating: 0, count: theta.count) }
      for place in theta.indices {
        let step = 6e-6 * max(1, abs(theta[place]))
        var (up, down) = (theta, theta)
        up[place] += step
        down[place] -= step
        let (above, below) = (values(up), values(down))
        for index in logs.indices {
          jacobian[index][place] = (above[index] - below[index]) / (2 * step)
          if !jacobian[index][place].isFinite { return false }
        }
      }
      return true
    }

    private func values(_ theta: [Double]) -> [Double] {
      let floor = hasFloor ? exp(theta[0]) : 0
      let rest = Array(theta.dropFirst(first))
      return inputs[0].indices.map { index in
        let x = inputs[0][index]
        switch form {
        case .power, .offset: return log(floor + exp(rest[0] - rest[1] * x))
        case .shifted: return log(floor + exp(rest[0] - rest[1] * log(exp(x) + exp(rest[2]))))
        case .m4: return Self.m4(floor, rest[0] - rest[1] * x, exp(rest[2]))
        case .chinchilla, .chinchillaTied:
          let beta = form == .chinchilla ? rest[3] : rest[2]
          return log(
            floor + exp(rest[0] - rest[2] * x) + exp(rest[1] - beta * inputs[1][index]))
        default: return .nan
        }
      }
    }

    /// Bisection in ln(1 − L).
    private static func m4(_ floor: Double, _ z: Double, _ alpha: Double) -> Double {
      guard floor < 1 else { return .nan }
      var (low, high) = (-745.0, log1p(-floor))
      for _ in 0..<120 {
        let middle = 0.5 * (low + high)
        let excess = -expm1(middle) - floor
        if excess > 0, log(excess) - alpha * middle > z { low = middle } else { high = middle }
      }
      return log(-expm1(0.5 * (low + high)))
    }

    private func broken(
      _ theta: [Double], _ logs: inout [Double], _ jacobian: inout [[Double]]
    ) -> Bool {
      let count = (theta.count - first - 2) / 3
      for (index, x) in inputs[0].enumerated() {
        var row = [Double](repeating: 0, count: theta.count)
        var z = theta[first] - theta[first + 1] * x
        row[first] = 1
        row[first + 1] = -x
        for place in 0..<count {
          let at = first + 2 + 3 * place
          let width = exp(theta[at + 2])
          let w = (x - theta[at + 1]) / width
          let soft = Self.softplus(w)
          let sigmoid = 1 / (1 + exp(-w))
          z -= theta[at] * width * soft
          row[at] = -width * soft
          row[at + 1] = theta[at] * sigmoid
          row[at + 2] = -theta[at] * width * (soft - w * sigmoid)
        }
        if hasFloor {
          let (floor, power) = (exp(theta[0]), exp(z))
          let share = power / (floor + power)
          for place in first..<row.count { row[place] *= share }
          row[0] = 1 - share
          logs[index] = log(floor + power)
        } else {
          logs[index] = z
        }
        guard logs[index].isFinite, row.allSatisfy(\.isFinite) else { return false }
        jacobian[index] = row
      }
      return true
    }

    private static func softplus(_ w: Double) -> Double { max(w, 0) + log1p(exp(-abs(w))) }

    /// Intercept and minus slope.
    private static func line(_ x: [Double], _ y: [Double]) -> [Double] {
      regress([x.map { -$0 }], y) ?? [0, 0]
    }

    /// Intercept and coefficients of least squares; nil where the columns are collinear.
    private static func regress(_ columns: [[Double]], _ y: [Double]) -> [Double]? {
      let all = [y.map { _ in 1.0 }] + columns
      var matrix = all.map { left in
        all.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
          + [zip(left, y).reduce(0) { $0 + $1.0 * $1.1 }]
      }
      for index in matrix.indices { matrix[index][index] *= 1 + 1e-9 }
      return DenseMultistart.solve(&matrix)
    }
  }
}

extension FitRequest.Form {
  var hasFloor: Bool { parameters[0].role == .floor }
  var isBroken: Bool { [.bnsl1, .bnsl2, .bnsl3].contains(self) }
}
