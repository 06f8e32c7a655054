import Fitting
import Glibc
import SweepModel

/// A curve on which the fitter's minima are checked, and the forms to check.
struct OptimaCurve {
  let name: String
  let points: [FitPoint]
  let forms: [FitRequest.Form]

  init(_ name: String, _ pairs: [(x: Double, y: Double)], upTo breaks: Int = 2) {
    self.name = name
    points = pairs.enumerated().map { FitPoint(x: $1.x, y: $1.y, cluster: $0) }
    let distinct = Set(pairs.map(\.x)).count
    var forms: [FitRequest.Form] = [.offset, .shifted]
    if pairs.allSatisfy({ $0.y < 1 }) { forms.append(.m4) }
    if breaks > 0 { forms.append(.bnsl1) }
    if breaks > 1 { forms.append(.bnsl2) }
    if breaks > 2 { forms.append(.bnsl3) }
    self.forms = forms.filter { distinct > $0.parameters.count }
  }

  init(_ name: String, bivariate points: [FitPoint]) {
    self.name = name
    self.points = points
    forms = [.chinchilla, .chinchillaTied]
  }
}

/// Made-up learning curves: laws with none to three breaks of either sign, floors, rises, noise.
struct SyntheticCurves {
  let seed: UInt64

  func all(_ count: Int) -> [OptimaCurve] { (0..<count).map(curve) }

  private func curve(_ index: Int) -> OptimaCurve {
    var generator = SplitMix64(seed: seed, stream: UInt64(index))
    func even(_ low: Double, _ high: Double) -> Double {
      Double.random(in: low...high, using: &generator)
    }
    if index % 13 == 12 { return bivariate(index, &generator) }
    let breaks = index % 4
    let count = [9, 12, 16, 24, 30, 40, 60, 80][Int.random(in: 0..<8, using: &generator)]
    let decades = even(1.5, 6)
    let floor = [0, 0.05, 0.5, 2][Int.random(in: 0..<4, using: &generator)]
    let noise = [1e-3, 0.005, 0.02, 0.1][Int.random(in: 0..<4, using: &generator)]
    let scale = even(0.2, 5)
    let slope = even(0.02, 0.6)
    // Every third curve may rise between breaks, as in double descent.
    let changes = (0..<breaks).map { _ in
      (
        strength: index % 3 == 0 ? even(-0.9, 0.9) : even(-slope, 0.8),
        place: even(0.1, 0.9) * decades * log(10), width: exp(even(-3, 0.5))
      )
    }
    let isEven = Bool.random(using: &generator)
    let pairs = (0..<count).map { place -> (x: Double, y: Double) in
      let share = isEven ? Double(place) / Double(count - 1) : even(0, 1)
      let u = share * decades * log(10)
      var z = log(scale) - slope * u
      for change in changes {
        let w = (u - change.place) / change.width
        z -= change.strength * change.width * (max(w, 0) + log1p(exp(-abs(w))))
      }
      return (exp(u + 5), (floor * scale + exp(z)) * exp(noise * generator.normal()))
    }
    return OptimaCurve(
      "synthetic \(index): \(breaks) breaks, \(count) points, noise \(noise)", pairs,
      upTo: index % 10 == 3 ? 3 : 2)
  }

  private func bivariate(_ index: Int, _ generator: inout SplitMix64) -> OptimaCurve {
    let noise = [0.002, 0.01, 0.05][index % 3]
    let points = (0..<30).map { place -> FitPoint in
      let n = 1e7 * pow(10, Double.random(in: 0...2.5, using: &generator))
      let d = 2e8 * pow(10, Double.random(in: 0...2.5, using: &generator))
      let loss = Double(index % 2) * 1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)
      return FitPoint(x: n, further: [d], y: loss * exp(noise * generator.normal()), cluster: place)
    }
    return OptimaCurve("synthetic \(index): N and D, noise \(noise)", bivariate: points)
  }
}
