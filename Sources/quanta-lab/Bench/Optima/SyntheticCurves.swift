import Basics
import Fitting
import Glibc
import SweepModel

/// Made-up learning curves: laws with none to three breaks of either sign, floors, rises, finite pools
/// of quanta, saturating errors, and laws of two and three inputs, under noise.
struct SyntheticCurves {
  let seed: UInt64

  func all(_ count: Int) -> [OptimaCurve] {
    (0..<count).flatMap { index -> [OptimaCurve] in
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      switch index % 13 {
      case 12: return bivariate(index, &generator)
      case 11: return [repeated(index, &generator)]
      case 10: return [saturating(index, &generator)]
      default: return [broken(index, &generator)]
      }
    }
  }

  private func broken(_ index: Int, _ generator: inout SplitMix64) -> OptimaCurve {
    let breaks = index % 4
    let count = [9, 12, 16, 24, 30, 40, 60, 80][Int.random(in: 0..<8, using: &generator)]
    let decades = generator.even(1.5, 6)
    let floor = [0, 0.05, 0.5, 2][Int.random(in: 0..<4, using: &generator)]
    let noise = [1e-3, 0.005, 0.02, 0.1][Int.random(in: 0..<4, using: &generator)]
    let scale = generator.even(0.2, 5)
    let slope = generator.even(0.02, 0.6)
    // Every third curve may rise between breaks, as in double descent.
    let changes = (0..<breaks).map { _ in
      (
        strength: index % 3 == 0 ? generator.even(-0.9, 0.9) : generator.even(-slope, 0.8),
        place: generator.even(0.1, 0.9) * decades * log(10), width: exp(generator.even(-3, 0.5))
      )
    }
    let isEven = Bool.random(using: &generator)
    let pairs = (0..<count).map { place -> (x: Double, y: Double) in
      let share = isEven ? Double(place) / Double(count - 1) : generator.even(0, 1)
      let u = share * decades * log(10)
      var z = log(scale) - slope * u
      for change in changes {
        let w = (u - change.place) / change.width
        z -= change.strength * change.width * (max(w, 0) + log1p(exp(-abs(w))))
      }
      return (exp(u + 5), (floor * scale + exp(z)) * exp(noise * generator.standardNormal()))
    }
    return OptimaCurve(
      "synthetic \(index): \(breaks) breaks, \(count) points, noise \(noise)", pairs)
  }

  /// Every other one a finite pool of quanta, or an error that saturates.
  private func saturating(_ index: Int, _ generator: inout SplitMix64) -> OptimaCurve {
    let noise = [0.002, 0.02, 0.05][Int.random(in: 0..<3, using: &generator)]
    let count = [8, 12, 20][Int.random(in: 0..<3, using: &generator)]
    let isPool = index % 2 == 0
    let (alpha, size) = (generator.even(0.2, 1), exp(generator.even(7, 14)))
    let (ceiling, depth) = (generator.even(0.5, 0.9), generator.even(0.3, 1.5))
    let pairs = (0..<count).map { place -> (x: Double, y: Double) in
      let share = (Double(place) + 0.5) / Double(count)
      let x = isPool ? pow(size, 0.9 * share) : generator.even(1.8, 4)
      let y =
        isPool ? pow(x, -alpha) - pow(1.01 * size, -alpha) : ceiling - 30 * exp(-(1 + depth) * x)
      return (x, max(y, 1e-3) * exp(noise * generator.standardNormal()))
    }
    return OptimaCurve(
      "synthetic \(index): \(isPool ? "quanta" : "saturating error"), \(count) points, noise \(noise)",
      pairs)
  }

  private func bivariate(_ index: Int, _ generator: inout SplitMix64) -> [OptimaCurve] {
    let noise = [0.002, 0.01, 0.05][Int.random(in: 0..<3, using: &generator)]
    let points = (0..<30).map { place -> FitPoint in
      let n = 1e7 * pow(10, generator.even(0, 2.5))
      let d = 2e8 * pow(10, generator.even(0, 2.5))
      let loss = Double(index % 2) * 1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)
      return FitPoint(
        x: n, further: [d], y: loss * exp(noise * generator.standardNormal()), cluster: place)
    }
    return OptimaCurve.bivariate("synthetic \(index): N and D, noise \(noise)", points)
  }

  private func repeated(_ index: Int, _ generator: inout SplitMix64) -> OptimaCurve {
    let noise = [0.002, 0.01, 0.05][Int.random(in: 0..<3, using: &generator)]
    let points = (0..<30).map { place -> FitPoint in
      let n = 1e7 * pow(10, generator.even(0, 2.5))
      let unique = 2e8 * pow(10, generator.even(0, 2))
      let epochs = exp(generator.even(0, 4))
      let useful = unique * (1 + 15 * -expm1((1 - epochs) / 15))
      let loss = 1.7 + 400 * pow(n, -0.34) + 410 * pow(useful, -0.28)
      return FitPoint(
        x: n, further: [unique * epochs, unique], y: loss * exp(noise * generator.standardNormal()),
        cluster: place)
    }
    return OptimaCurve("synthetic \(index): repeated data, noise \(noise)", [.repeated], points)
  }
}
