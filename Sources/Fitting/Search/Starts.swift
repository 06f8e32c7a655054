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
      case .quanta(let ofData): ofData ? quantaOfData(problem, u) : quanta(problem, u)
      case .repeated: repeated(problem)
      case .errorLaw: errorLaw(u, v)
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

  /// A line through ln(ε − y) against x for several ε above every y.
  private func errorLaw(_ u: [Double], _ v: [Double]) -> [Vector] {
    let x = u.map { exp($0) }
    let most = exp(v.max() ?? 0)
    let least = exp(v.min() ?? 0)
    return [1e-3, 0.01, 0.05, 0.2, 0.5, 1, 3, 10].map { share in
      let ceiling = most + share * max(most - least, 1e-12 * most)
      let line = Line(x, v.map { log(ceiling - exp($0)) })
      return Vector([log(ceiling), line.intercept, log(max(-line.slope, 1e-6))])
    }
  }

  private func quanta(_ problem: Problem, _ u: [Double]) -> [Vector] {
    let largest = u.max() ?? 0
    let model = problem.model
    return [1.001, 1.1, 1.5, 3, 10, 100, 1e4].flatMap { factor in
      [0.05, 0.15, 0.3, 0.5, 0.8, 1.2, 2].map { alpha in
        var theta = Vector([0, alpha, largest + log(factor)])
        if !model.free[2] { theta[2] = model.lower[2] }
        return levelled(theta, problem)
      }
    }
  }

  /// The number of quanta at the largest x and the pool around it decide x₁ and K.
  private func quantaOfData(_ problem: Problem, _ u: [Double]) -> [Vector] {
    let largest = u.max() ?? 0
    let model = problem.model
    return [3.0, 20, 200, 5000].flatMap { learned in
      [1.05, 1.5, 5, 100].flatMap { factor in
        [0.1, 0.3, 0.6, 1.2].map { alpha in
          var theta = Vector([0, alpha, log(learned * factor), 0])
          if !model.free[1] { theta[1] = model.lower[1] }
          if !model.free[2] { theta[2] = model.lower[2] }
          let reach = model.free[2] ? log(learned) : theta[2] - log(factor)
          theta[3] = largest - (1 + theta[1]) * reach
          return levelled(theta, problem)
        }
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
