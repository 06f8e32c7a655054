import Basics
import Fitting
import SweepModel

/// The least objective over very many random starts: simple, and with nothing of the fitter's in it,
/// neither its formulas nor its descents nor its choice of starts.
///
/// Every start descends a few steps; the better ones go on, and the best of different values to the
/// end. Floors, prefactors and places are logarithms, with E = 0 as a form of its own.
struct DenseMultistart {
  let points: [FitPoint]
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]

  /// How many places go through how many steps; nil stands for all starts.
  private static let stages: [(places: Int?, steps: Int)] = [(nil, 20), (400, 80), (40, 1500)]

  private typealias Place = (value: Double, theta: [Double], law: Int)

  init(
    _ points: [FitPoint], _ form: FitRequest.Form,
    objective: FitRequest.Objective = .logLeastSquares, held: [String: Double] = [:]
  ) {
    self.points = points
    self.form = form
    self.objective = objective
    self.held = held
  }

  /// Σ w ρ(r) at the best of the minima that `starts` descents lead to.
  func least(starts: Int, seed: UInt64) -> (value: Double, theta: [Double]) {
    var generator = SplitMix64(seed: seed, stream: 0)
    let laws = [true, false].compactMap { hasFloor in
      Law(form, hasFloor: hasFloor, points: points, held: held)
    }
    var descents = laws.map { DenseDescent($0, points, objective) }
    var places: [Place] = []
    while places.count < starts {
      let law = places.count % laws.count
      // A place that is none counts as a start that led nowhere.
      places.append((.infinity, laws[law].start(&generator) ?? [], law))
    }
    for (rank, stage) in Self.stages.enumerated() {
      if rank > 0 { places = Self.best(places, stage.places ?? places.count, rank > 1) }
      for index in places.indices where !places[index].theta.isEmpty {
        let place = places[index]
        (places[index].value, places[index].theta) =
          descents[place.law].run(from: place.theta, steps: stage.steps, isLast: rank > 1)
      }
    }
    return places.min { $0.value < $1.value }.map { ($0.value, $0.theta) } ?? (.infinity, [])
  }

  /// The lowest; of different values only, where asked for.
  private static func best(_ places: [Place], _ count: Int, _ areDistinct: Bool) -> [Place] {
    var kept: [Place] = []
    for place in places.filter({ $0.value.isFinite }).sorted(by: { $0.value < $1.value })
    where kept.count < count {
      if areDistinct, let last = kept.last, place.value <= last.value * (1 + 1e-7) { continue }
      kept.append(place)
    }
    return kept
  }
}
