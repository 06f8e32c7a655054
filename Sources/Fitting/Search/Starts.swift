import Glibc
import SweepModel

/// Places from which the descent begins, chosen from the data for every form.
struct Starts {
  let form: FitRequest.Form

  /// How many descents a form begins with.
  private static let limit = 10

  init(_ form: FitRequest.Form) { self.form = form }

  func all(_ problem: Problem) -> [Vector] {
    let sample = problem.sample
    switch problem.model.curve {
    case .powers(let sum) where form == .power && !problem.isRaw:
      // Convex: from the line through the logarithms there is little left to go.
      let line = Line(
        (0..<sample.count).map { sample.value(0, of: $0) },
        (0..<sample.count).map { sample.logY(of: $0) })
      var start = Vector()
      start[sum.amplitude(0)] = line.intercept
      start[sum.exponent(0)] = -line.slope
      return [start]
    case .powers(let sum):
      let starts = PowerStarts(sum, problem).starts(limit: Self.limit)
      guard form != .power else { return [starts[0]] }
      var flat = starts[0]
      flat[0] = 0
      return starts + [flat]
    case .broken: return []
    case .shifted: return shifted(problem, (0..<sample.count).map { sample.value(0, of: $0) })
    case .jets(let curve):
      let u = (0..<sample.count).map { sample.value(0, of: $0) }
      let v = (0..<sample.count).map { sample.logY(of: $0) }
      return
        switch curve
      {
      case .m4: m4(u, v)
      case .quanta(let ofData): pools(problem, u, ofData)
      case .repeated: repeated(problem)
      case .errorLaw: rates(problem, u)
      }
    }
  }

  private func shifted(_ problem: Problem, _ u: [Double]) -> [Vector] {
    let sum = PowerSum(hasFloor: true, termCount: 1, isTied: false)
    let (least, most) = (exp(u.min() ?? 0), exp(u.max() ?? 0))
    // Evenly in the logarithm from below the least x to the end of the domain.
    let ratio = SearchDomain.shift * most / (0.03 * least)
    let shifts = [0] + (0...12).map { 0.03 * least * pow(ratio, Double($0) / 12) }
    return shifts.flatMap { shift in
      let column = u.map { log(exp($0) + shift) }
      return PowerStarts(sum, problem, columns: [column]).starts(limit: 4).map { start in
        var theta = start
        theta[3] = shift
        return theta
      }
    }
  }

  /// ln(y − ε) = a − c·u + α·ln(1 − y) is linear in a, c and α for a given ε.
  private func m4(_ u: [Double], _ v: [Double]) -> [Vector] {
    let least = exp(v.min() ?? 0)
    let rest = v.map { log(-expm1($0)) }
    return [0, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.999].flatMap { fraction -> [Vector] in
      let logs = v.map { log(exp($0) - fraction * least) }
      let plane = Plane(u, rest, logs)
      let alphas = [0, 0.03, 0.1, 0.3, 0.6, 1, 2, 5] + [plane.second].filter { $0 > 0 }
      return alphas.map { alpha in
        let line = Line(u, zip(logs, rest).map { $0 - alpha * $1 })
        return Vector([fraction * least, line.intercept, -line.slope, alpha])
      }
    }
  }

  /// ε and k of err = ε − k·e^(−γx) for a given γ: what is left where the gap is largest, in units of
  /// how far the gap falls, over many decades.
  func errorLaw(_ problem: Problem, _ u: [Double], logRate: Double) -> [Vector] {
    let model = problem.model
    let rates = u.map { exp(logRate + $0) }
    let least = rates.min() ?? 0
    let falls = rates.map { -expm1(least - $0) }
    let most = max(falls.max() ?? 1, 1e-300)
    return (-8...8).map { power in
      let rest = most * pow(4, Double(power))
      // ln of the gap where it is largest.
      var gap = zip(u.indices, falls).reduce(0) {
        $0 + problem.sample.logY(of: $1.0) - log(rest + $1.1)
      }
      gap /= Double(u.count)
      if !model.free[0] { gap = model.lower[0] - log1p(rest) }
      if !model.free[1] { gap = model.lower[1] - least }
      return Vector([gap + log1p(rest), gap + least, logRate])
    }
  }

  /// Pools and rates that are held, or some over the domain.
  private func pools(_ problem: Problem, _ u: [Double], _ ofData: Bool) -> [Vector] {
    let model = problem.model
    let largest = u.max() ?? 0
    let pools =
      ofData ? [0.5, 1, 2, 4, 8, 15, 30] : [1e-3, 0.1, 0.4, 1, 2.3, 5, 9].map { largest + $0 }
    return (model.free[2] ? pools : [model.lower[2]]).flatMap {
      ofData ? quantaOfData(problem, u, logPool: $0) : quanta(problem, logPool: $0)
    }
  }

  private func rates(_ problem: Problem, _ u: [Double]) -> [Vector] {
    let model = problem.model
    let (low, high) = (model.lower[2], model.upper[2])
    guard model.free[2] else { return errorLaw(problem, u, logRate: low) }
    return (0..<20).flatMap { place in
      errorLaw(problem, u, logRate: low + (high - low) * Double(place) / 19)
    }
  }

  private static let alphas = [-0.6, -0.2, 0.1, 0.3, 0.7, 1.3, 3]

  func quanta(_ problem: Problem, logPool: Double) -> [Vector] {
    Self.alphas.map { levelled(Vector([0, $0, logPool]), problem) }
  }

  /// The number of quanta learned at the largest x decides x₁: nearly the pool, or a part of it.
  func quantaOfData(_ problem: Problem, _ u: [Double], logPool: Double) -> [Vector] {
    let largest = u.max() ?? 0
    let model = problem.model
    let reaches =
      [1e-4, 0.03, 0.3, 1, 3, 9].map { logPool - $0 } + [0.7, 0.4, 0.2, 0.05].map { logPool * $0 }
    return reaches.flatMap { reach -> [Vector] in
      var alphas = model.free[1] ? Self.alphas : [model.lower[1]]
      if !model.free[3], model.free[1], reach > 0 {
        alphas.append((largest - model.lower[3]) / reach - 1)
      }
      return alphas.map { alpha in
        let first = model.free[3] ? largest - (1 + alpha) * reach : model.lower[3]
        return levelled(Vector([0, alpha, logPool, first]), problem)
      }
    }
  }

  /// θ with the prefactor at which residuals of logarithms have mean 0, unless it is held.
  private func levelled(_ theta: Vector, _ problem: Problem) -> Vector {
    var theta = theta
    theta[0] = problem.model.free[0] ? 0 : problem.model.lower[0]
    guard problem.model.free[0] else { return theta }
    let logs = Problem(
      model: problem.model, sample: problem.sample, isRaw: false, threshold: .infinity)
    let residuals = logs.residuals(theta)
    theta[0] = -residuals.reduce(0, +) / Double(residuals.count)
    return theta
  }

  private func repeated(_ problem: Problem) -> [Vector] {
    let sum = PowerSum(hasFloor: true, termCount: 2, isTied: false)
    return PowerStarts(sum, problem).starts(limit: 6).flatMap { start in
      [1.0, 3, 8].map { rate in
        var theta = start
        theta[5] = rate
        theta[6] = rate
        return theta
      }
    }
  }
}

/// Ordinary least squares of v on u.
struct Line {
  let slope: Double
  let intercept: Double

  init(_ u: [Double], _ v: [Double]) {
    let count = Double(max(1, u.count))
    let meanU = u.reduce(0, +) / count
    let meanV = v.reduce(0, +) / count
    var (uu, uv) = (0.0, 0.0)
    for (u, v) in zip(u, v) {
      uu += (u - meanU) * (u - meanU)
      uv += (u - meanU) * (v - meanV)
    }
    self.slope = uu > 0 ? uv / uu : 0
    self.intercept = meanV - slope * meanU
  }
}

/// Ordinary least squares of v on two columns and a constant.
struct Plane {
  /// The second column's coefficient; 0 where the columns are collinear.
  let second: Double

  init(_ first: [Double], _ second: [Double], _ v: [Double]) {
    let (along, across) = (Line(first, v), Line(first, second))
    var (above, below) = (0.0, 0.0)
    for index in v.indices {
      let rest = second[index] - across.intercept - across.slope * first[index]
      above += rest * (v[index] - along.intercept - along.slope * first[index])
      below += rest * rest
    }
    self.second = below > 0 && above.isFinite ? above / below : 0
  }
}
