import Basics
import Foundation
import SweepModel
import Testing

@testable import Fitting

/// Which runs to make next.
@Suite struct DesignTests {
  /// y = x^-0.4 with normal errors of a standard deviation, over places × seeds.
  private func points(
    _ places: [Double], seeds: Int, noise: Double, lackOfFit: Double = 0, seed: UInt64
  ) -> [FitPoint] {
    var generator = SplitMix64(seed: seed, stream: 0)
    func normal() -> Double {
      let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
      return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &generator))
    }
    return places.enumerated().flatMap { place, x in
      let shift = lackOfFit * normal()
      return (0..<seeds).map { _ in
        FitPoint(x: x, y: pow(x, -0.4) * exp(shift + noise * normal()), cluster: place)
      }
    }
  }

  private func fit(_ points: [FitPoint]) throws -> Fit {
    try Fitter.fit(points: points, uncertainty: .bootstrap(resamples: 200, seed: 1), selects: false)
  }

  private static let places = (0..<10).map { 100 * pow(2, Double($0)) }

  @Test func modelsWidth_isThatOfLeastSquares() throws {
    let points = points(Self.places, seeds: 4, noise: 0.05, seed: 3)
    let design = try #require(OptimalDesign(fit: try fit(points), points: points))
    // var c = σ²/Σ(u − ū)² with u = ln x.
    let logs = points.map { log($0.x) }
    let mean = logs.reduce(0, +) / Double(logs.count)
    let spread = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let expected = 2 * StudentT.quantile975(degrees: 9) * 0.05 / spread.squareRoot()
    #expect(abs(design.measuredWidth / expected - 1) < 0.4, "\(design.measuredWidth) \(expected)")
  }

  @Test func noise_ofSeedsAndOfPlaces_isToldApart() throws {
    let points = points(
      (0..<40).map { 100 * pow(1.2, Double($0)) }, seeds: 5, noise: 0.02, lackOfFit: 0.05, seed: 5)
    let noise = try #require(CurveRows(fit: try fit(points), points: points).noise)
    #expect(abs(noise.within.squareRoot() / 0.02 - 1) < 0.2)
    #expect(abs(noise.between.squareRoot() / 0.05 - 1) < 0.3)
  }

  @Test func atOnePrice_theEndsAreWorthMost_andASeedLessThanAPlaceThatDeviates() throws {
    let points = points(Self.places, seeds: 3, noise: 0.01, lackOfFit: 0.1, seed: 7)
    let design = try #require(OptimalDesign(fit: try fit(points), points: points))
    let candidates =
      Self.places.enumerated().map { Experiment(cluster: $0, inputs: [[$1]], cost: 1) }
      + [Experiment(cluster: 99, inputs: [[Self.places[9]]], cost: 1)]
    let ranking = design.ranking(of: candidates)
    #expect(ranking[0].index == 10, "another place at the end, not another seed there")
    let middle = try #require(ranking.first { $0.index == 5 })
    #expect(ranking[0].gainPerCost > 5 * abs(middle.gainPerCost))
    let dear = candidates.map { Experiment(cluster: $0.cluster, inputs: $0.inputs, cost: 4) }
    let same = design.ranking(of: dear)
    #expect(same.map(\.index) == ranking.map(\.index))
    #expect(abs(same[0].gainPerCost * 4 / ranking[0].gainPerCost - 1) < 1e-9)
  }

  /// Against all subsets of nine candidates.
  @Test func plan_isAlmostTheCheapestSetThatSuffices() throws {
    let points = points(Array(Self.places[0..<5]), seeds: 2, noise: 0.05, seed: 11)
    let fit = try fit(points)
    let design = try #require(OptimalDesign(fit: fit, points: points))
    let candidates = (0..<9).map { index in
      let x = Self.places[index % 5 + 4]
      return Experiment(cluster: index % 5 + 4, inputs: [[x]], cost: x)
    }
    let target = 0.5 * design.width * design.calibration
    let plan = try #require(design.plan(candidates, target: target))
    func width(_ chosen: [Experiment]) -> Double {
      let more = OptimalDesign(fit: fit, points: points, pending: chosen)
      return (more?.width ?? .infinity) * design.calibration
    }
    #expect(width(plan.map { candidates[$0] }) <= target)
    let cheapest = (0..<512).compactMap { bits -> Double? in
      let chosen = candidates.indices.filter { bits >> $0 & 1 == 1 }.map { candidates[$0] }
      return width(chosen) <= target ? chosen.reduce(0) { $0 + $1.cost } : nil
    }.min()
    let cost = plan.reduce(0) { $0 + candidates[$1].cost }
    #expect(cost <= 1.3 * (try #require(cheapest)))
    #expect(design.plan(Array(candidates.prefix(1)), target: 1e-6) == nil)
    #expect(design.plan([], target: target) == nil && design.ranking(of: []).isEmpty)
  }

  @Test func sequence_beginsSpread_endsAtBothEnds_andStopsAtTheWidth() throws {
    let all = points(Self.places, seeds: 6, noise: 0.02, seed: 13)
    let rule = SequentialDesign(form: .power, target: 0.06)
    var done: [Int] = []
    var decision = SequentialDesign.Decision.exhausted
    for _ in 0...all.count {
      let taken = done.map { all[$0] }
      let open = all.indices.filter { !done.contains($0) }
      let candidates = open.map {
        Experiment(cluster: all[$0].cluster, inputs: [all[$0].inputs], cost: all[$0].x)
      }
      decision = rule.decide(
        fit: taken.isEmpty ? nil : try? fit(taken), points: taken, pending: [],
        candidates: candidates, spent: taken.reduce(0) { $0 + $1.x })
      guard case .run(let plan) = decision, let first = plan.first else { break }
      done.append(open[first])
      if done.count == 5 {
        #expect(Set(done.map { all[$0].cluster }).count == 5, "five places before any seed twice")
      }
    }
    #expect(decision == .enough)
    let taken = done.map { all[$0] }
    let interval = try #require(try fit(taken).exponent.ci95)
    #expect(interval.upperBound - interval.lowerBound <= 0.06)
    #expect(Set(taken.map(\.cluster)).isSuperset(of: [0, 9]))
    let cost = taken.reduce(0) { $0 + $1.x } / all.reduce(0) { $0 + $1.x }
    #expect(cost < 1 / 3.0, "\(cost)")
  }

  @Test func sequence_withNothingLeft_isExhausted_andWaitsForWhatIsUnderWay() throws {
    let few = points(Array(Self.places[0..<6]), seeds: 1, noise: 0.1, seed: 17)
    let rule = SequentialDesign(form: .power, target: 1e-3)
    let fit = try fit(few)
    #expect(
      rule.decide(fit: fit, points: few, pending: [], candidates: [], spent: 1) == .exhausted)
    let pending = [Experiment(cluster: 6, inputs: [[6400]], cost: 1)]
    #expect(
      rule.decide(fit: fit, points: few, pending: pending, candidates: [], spent: 1) == .run([]))
  }

  /// Three widths carry no judgement while more may come; when all have run, their interval counts.
  @Test func sequence_ofFewerPlacesThanItAsksFor_isJudgedAtTheEnd() throws {
    let few = points(Array(Self.places[0..<4]), seeds: 3, noise: 0.02, seed: 23)
    let fit = try fit(few)
    let width = try #require(fit.exponent.ci95.map { $0.upperBound - $0.lowerBound })
    for (target, expected) in [
      (width * 1.1, SequentialDesign.Decision.enough), (width / 2, .exhausted),
    ] {
      let rule = SequentialDesign(form: .power, target: target)
      #expect(rule.placesNeeded == 5)
      #expect(rule.decide(fit: fit, points: few, pending: [], candidates: [], spent: 1) == expected)
    }
  }

  /// Replay of a complete grid of ten N by ten D whose runs cost N·D: the same interval as the whole
  /// grid's, for less than a third of its cost; `quanta-lab bench replay` has the large table.
  @Test func replay_ofACompleteGrid_savesTwoThirds() throws {
    var generator = SplitMix64(seed: 19, stream: 0)
    let all = (0..<100).map { place -> FitPoint in
      let n = 5000 * pow(100, Double(place % 10) / 9)
      let d = 1e5 * pow(100, Double(place / 10) / 9)
      let noise = Double.random(in: -0.017...0.017, using: &generator)
      let loss = 0.5 + pow(n / 5000, -0.4) + pow(d / 1e5, -0.3)
      return FitPoint(x: n, further: [d], y: loss * exp(noise), cluster: place)
    }
    func fit(_ points: [FitPoint]) -> Fit? {
      try? Fitter.fit(
        points: points, form: .chinchilla, uncertainty: .bootstrap(resamples: 100, seed: 1),
        selects: false)
    }
    func cost(_ point: FitPoint) -> Double { point.inputs[0] * point.inputs[1] }
    let whole = try #require(fit(all)?.exponent.ci95)
    let target = 1.25 * (whole.upperBound - whole.lowerBound)
    let rule = SequentialDesign(form: .chinchilla, target: target)
    var done: [FitPoint] = []
    var open = all
    while true {
      let decision = rule.decide(
        fit: done.isEmpty ? nil : fit(done), points: done, pending: [],
        candidates: open.map {
          Experiment(cluster: $0.cluster, inputs: [$0.inputs], cost: cost($0))
        }, spent: done.reduce(0) { $0 + cost($1) })
      guard case .run(let plan) = decision, !plan.isEmpty else { break }
      let chosen = Set(plan.prefix(8))
      done += chosen.sorted().map { open[$0] }
      open = open.indices.filter { !chosen.contains($0) }.map { open[$0] }
    }
    let share = done.reduce(0) { $0 + cost($1) } / all.reduce(0) { $0 + cost($1) }
    #expect(share < 1 / 3.0, "\(share)")
    let interval = try #require(fit(done)?.exponent.ci95)
    #expect(interval.upperBound - interval.lowerBound <= target)
  }
}
