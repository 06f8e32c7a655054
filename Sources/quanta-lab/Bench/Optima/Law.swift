import Fitting
import Glibc
import SweepModel

extension DenseMultistart {
  /// A form in variables without units: ln E (where it has a floor), then the others in the form's
  /// order; prefactors, places and rates as logarithms, inputs as logarithms less their mean.
  struct Law: Sendable {
    let form: FitRequest.Form
    let hasFloor: Bool
    /// Columns of logarithms, centred.
    let inputs: [[Double]]
    let centres: [Double]
    let logY: [Double]
    /// The fitter's stated domain; equal where a variable is held.
    private(set) var lower: [Double]
    private(set) var upper: [Double]

    var count: Int { lower.count }
    /// The place of the first variable after the floor.
    var first: Int { hasFloor ? 1 : 0 }

    /// Nil where what is held contradicts it, and for a floor that the form does not have.
    init?(
      _ form: FitRequest.Form, hasFloor: Bool, points: [FitPoint], held: [String: Double]
    ) {
      guard !hasFloor || form.hasFloor, held["E"].map({ hasFloor == ($0 > 0) }) ?? true else {
        return nil
      }
      self.form = form
      self.hasFloor = hasFloor
      logY = points.map { log($0.y) }
      var columns = (0..<form.inputCount).map { input in points.map { log($0.inputs[input]) } }
      if form == .overtrained {
        // b·M^-η·C^-η and a·M^η·C^-η.
        columns = [
          zip(columns[0], columns[1]).map { $0 - $1 }, zip(columns[0], columns[1]).map { $0 + $1 },
        ]
      }
      let isPlain = !held.isEmpty || [.quanta, .quantaData, .repeated].contains(form)
      let centres = columns.map { isPlain ? 0 : $0.reduce(0, +) / Double($0.count) }
      self.centres = centres
      inputs = zip(columns, centres).map { column, centre in column.map { $0 - centre } }
      let names = form.parameters.map(\.name).filter { hasFloor || $0 != "E" }
      lower = names.map { _ in -700 }
      upper = names.map { _ in 700 }
      bound()
      for (name, value) in held where name != "E" || hasFloor {
        guard let place = names.firstIndex(of: name) else { return nil }
        let isPlainNumber =
          form.parameters.first { $0.name == name }.map {
            $0.role == .exponent && !$0.isLogarithmic
          } ?? false
        let variable = isPlainNumber ? value : max(log(value), -700)
        (lower[place], upper[place]) = (variable, variable)
      }
    }

    private mutating func bound() {
      let (low, high) = (inputs[0].min() ?? 0, inputs[0].max() ?? 1)
      switch form {
      case .shifted:
        (lower[first + 1], upper[first + 1]) = (-30, 30)
        upper[first + 2] = log(1e3) + high
      case .m4: if hasFloor { upper[0] = log1p(-1e-9) }
      case .bnsl1, .bnsl2, .bnsl3:
        (lower[first + 1], upper[first + 1]) = (-30, 30)
        for at in stride(from: first + 2, to: count, by: 3) {
          (lower[at], upper[at]) = (-100, 100)
          (lower[at + 1], upper[at + 1]) = (
            low - 2 * (high - low), high + max(2 * (high - low), log(1e3))
          )
          (lower[at + 2], upper[at + 2]) = (-4, 3)
        }
      case .quanta:
        (lower[1], upper[1]) = (-1, 7)
        (lower[2], upper[2]) = (high + 1e-9, high + 30)
      case .quantaData:
        (lower[1], upper[1]) = (-0.9, 7)
        (lower[2], upper[2]) = (0, 60)
      case .errorLaw:
        lower[1] = -30 + (logY.min() ?? 0)
        (lower[2], upper[2]) = (-10 - high, 4 - low)
      case .repeated:
        for at in 2...3 { lower[first + at] = 1e-3 }
        for at in 4...5 { (lower[first + at], upper[first + at]) = (-5, 30) }
      default: break
      }
    }

    /// The nearest place within the domain.
    func inside(_ theta: [Double]) -> [Double] {
      theta.indices.map { min(max(theta[$0], lower[$0]), upper[$0]) }
    }

    /// ln f at every point; not finite where f is not above 0 or beyond a double.
    func values(_ theta: [Double], _ logs: inout [Double]) {
      let floor = hasFloor ? exp(theta[0]) : 0
      let pool = QuantaPool(form, theta)
      for index in logs.indices {
        let x = inputs[0][index]
        switch form {
        case .m4:
          logs[index] = Self.m4(floor, m4Power(theta, x), exp(theta[first + 2])).log
        case .errorLaw: logs[index] = log(exp(theta[0]) - errorGap(theta, x))
        case .quanta, .quantaData: logs[index] = pool?.logLoss(theta, x) ?? .nan
        case .repeated: logs[index] = repeated(theta, index)
        case .chinchilla, .chinchillaTied, .overtrained:
          logs[index] = log(
            floor + exp(power(theta, x, 0)) + exp(power(theta, inputs[1][index], 1)))
        default:
          let z = single(theta, x)
          logs[index] = hasFloor ? log(floor + exp(z)) : z
        }
      }
    }

    /// a − c·u of a term of two.
    private func power(_ theta: [Double], _ u: Double, _ term: Int) -> Double {
      theta[first + term] - theta[first + exponent(term)] * u
    }

    /// The place of a term's exponent after the floor.
    private func exponent(_ term: Int) -> Int { form == .chinchilla ? 2 + term : 2 }

    private func m4Power(_ theta: [Double], _ x: Double) -> Double {
      theta[first] - theta[first + 1] * x
    }

    private func errorGap(_ theta: [Double], _ x: Double) -> Double {
      exp(theta[1] - exp(theta[2] + x))
    }

    /// ln of what a form of one term adds to its floor.
    private func single(_ theta: [Double], _ x: Double) -> Double {
      var z = theta[first]
      switch form {
      case .shifted: z -= theta[first + 1] * log(exp(x) + exp(theta[first + 2]))
      default: z -= theta[first + 1] * x
      }
      guard form.isBroken else { return z }
      for at in stride(from: first + 2, to: count, by: 3) {
        let width = exp(theta[at + 2])
        z -= theta[at] * width * Self.softplus((x - theta[at + 1]) / width)
      }
      return z
    }

    /// ∂ ln f/∂θ of every point, a row each, at the place of which `logs` are the values.
    func jacobian(_ theta: [Double], _ logs: [Double], _ jacobian: inout [Double]) {
      switch form {
      case .quanta, .quantaData, .repeated: return differences(theta, &jacobian)
      default: break
      }
      for index in logs.indices {
        let row = index * count
        for place in 0..<count { jacobian[row + place] = 0 }
        switch form {
        case .m4: m4Row(theta, logs[index], inputs[0][index], row, &jacobian)
        case .errorLaw:
          let share = errorGap(theta, inputs[0][index]) * exp(-logs[index])
          jacobian[row] = exp(theta[0] - logs[index])
          jacobian[row + 1] = -share
          jacobian[row + 2] = share * exp(theta[2] + inputs[0][index])
        case .chinchilla, .chinchillaTied, .overtrained:
          if hasFloor { jacobian[row] = exp(theta[0] - logs[index]) }
          for term in 0..<2 {
            let u = inputs[term][index]
            let share = exp(power(theta, u, term) - logs[index])
            jacobian[row + first + term] = share
            jacobian[row + first + exponent(term)] -= share * u
          }
        default: singleRow(theta, logs[index], inputs[0][index], row, &jacobian)
        }
      }
    }

    private func singleRow(
      _ theta: [Double], _ value: Double, _ x: Double, _ row: Int, _ jacobian: inout [Double]
    ) {
      var share = 1.0
      if hasFloor {
        let floor = exp(theta[0] - value)
        jacobian[row] = floor
        share = max(0, 1 - floor)
        if share < 0.5 { share = exp(single(theta, x) - value) }
      }
      jacobian[row + first] = share
      if form == .shifted {
        let shifted = log(exp(x) + exp(theta[first + 2]))
        jacobian[row + first + 1] = -share * shifted
        jacobian[row + first + 2] = -share * theta[first + 1] * exp(theta[first + 2] - shifted)
        return
      }
      jacobian[row + first + 1] = -share * x
      guard form.isBroken else { return }
      for at in stride(from: first + 2, to: count, by: 3) {
        let width = exp(theta[at + 2])
        let w = (x - theta[at + 1]) / width
        let soft = Self.softplus(w)
        let sigmoid = 1 / (1 + exp(-w))
        jacobian[row + at] = -share * width * soft
        jacobian[row + at + 1] = share * theta[at] * sigmoid
        jacobian[row + at + 2] = -share * theta[at] * width * (soft - w * sigmoid)
      }
    }

    /// By the implicit function ln(L − E) − α·q = z, q = ln(1 − L).
    private func m4Row(
      _ theta: [Double], _ value: Double, _ x: Double, _ row: Int, _ jacobian: inout [Double]
    ) {
      let floor = hasFloor ? exp(theta[0]) : 0
      let alpha = exp(theta[first + 2])
      let q = Self.m4(floor, m4Power(theta, x), alpha).rest
      let (loss, rest) = (-expm1(q), exp(q))
      let excess = loss - floor
      // dq/dz, then d ln L/dz.
      let slope = -1 / (rest / excess + alpha)
      let along = -rest / loss * slope
      jacobian[row + first] = along
      jacobian[row + first + 1] = -along * x
      jacobian[row + first + 2] = along * alpha * q
      if hasFloor { jacobian[row] = along * floor / excess }
    }

    private func differences(_ theta: [Double], _ jacobian: inout [Double]) {
      var (above, below) = (logY, logY)
      for place in theta.indices {
        let step = 6e-6 * max(1, abs(theta[place]))
        var (up, down) = (theta, theta)
        up[place] = min(theta[place] + step, upper[place])
        down[place] = max(theta[place] - step, lower[place])
        values(up, &above)
        values(down, &below)
        let width = up[place] - down[place]
        for index in above.indices {
          jacobian[index * count + place] = width > 0 ? (above[index] - below[index]) / width : 0
        }
      }
    }

    /// The root q = ln(1 − L) of ln(1 − e^q − E) − α·q = z between −745 and ln(1 − E), and ln L.
    private static func m4(
      _ floor: Double, _ z: Double, _ alpha: Double
    ) -> (log: Double, rest: Double) {
      guard floor < 1 else { return (.nan, .nan) }
      var (low, high) = (-745.0, log1p(-floor))
      var q = 0.5 * (low + high)
      for turn in 0..<100 {
        let excess = -expm1(q) - floor
        let gap = excess > 0 ? log(excess) - alpha * q - z : -.infinity
        if gap > 0 { low = q } else { high = q }
        // Bisection, then Newton's steps while they stay between.
        let next = q - gap / (-exp(q) / excess - alpha)
        let middle = 0.5 * (low + high)
        let chosen = turn > 12 && next > low && next < high ? next : middle
        if abs(chosen - q) <= 1e-16 * abs(q) { break }
        q = chosen
      }
      return (Glibc.log(-expm1(q)), q)
    }

    /// Muennighoff et al. 2023, eq. 5 and 6, with logarithms of N, D and unique tokens.
    private func repeated(_ theta: [Double], _ index: Int) -> Double {
      let floor = hasFloor ? exp(theta[0]) : 0
      let (a, b) = (theta[first], theta[first + 1])
      let (alpha, beta) = (theta[first + 2], theta[first + 3])
      func saturated(_ x: Double, _ unique: Double, _ rate: Double) -> Double {
        guard x > unique else { return x }
        return unique + log1p(exp(rate) * -expm1(-expm1(x - unique) * exp(-rate)))
      }
      let unique = min(inputs[1][index], inputs[2][index])
      let optimal = (log(alpha) + a - log(beta) - b + beta * unique) / alpha
      let n = saturated(inputs[0][index], optimal, theta[first + 4])
      let d = saturated(inputs[1][index], unique, theta[first + 5])
      return log(floor + exp(a - alpha * n) + exp(b - beta * d))
    }

    static func softplus(_ w: Double) -> Double { max(w, 0) + log1p(exp(-abs(w))) }
  }
}

/// exp(a)·Σ_{k>n}^{K} k^-s / Σ_{k=1}^{K} k^-s at one θ = a, α, ln K [, ln x₁], s = α + 1.
struct QuantaPool {
  private let s: Double
  private let end: Double
  private let logTotal: Double
  private let isOfData: Bool

  /// Nil for other forms.
  init?(_ form: FitRequest.Form, _ theta: [Double]) {
    guard [.quanta, .quantaData].contains(form) else { return nil }
    isOfData = form == .quantaData
    s = theta[1] + 1
    end = Self.zeta(s, exp(theta[2]) + 1)
    logTotal = log(Self.zeta(s, 1) - end)
  }

  func logLoss(_ theta: [Double], _ x: Double) -> Double {
    let learned = isOfData ? exp((x - theta[3]) / s) : exp(x)
    return theta[0] + log(Self.zeta(s, learned + 1) - end) - logTotal
  }

  /// ζ(s, q) by the first terms and Euler and Maclaurin's formula from 20 on.
  private static func zeta(_ s: Double, _ start: Double) -> Double {
    var (sum, q) = (0.0, start)
    while q < 20 {
      sum += pow(q, -s)
      q += 1
    }
    let last = pow(q, -s)
    sum += q * last / (s - 1) + 0.5 * last
    var factor = s * last / q
    // B₂ⱼ/(2j)!.
    for (index, b) in [1.0 / 12, -1.0 / 720, 1.0 / 30_240, -1.0 / 1_209_600, 1.0 / 47_900_160]
      .enumerated()
    {
      sum += b * factor
      let rank = Double(2 * index + 1)
      factor *= (s + rank) * (s + rank + 1) / (q * q)
    }
    return sum
  }
}

extension FitRequest.Form {
  var hasFloor: Bool { parameters[0].role == .floor }
  var isBroken: Bool { [.bnsl1, .bnsl2, .bnsl3].contains(self) }
}
