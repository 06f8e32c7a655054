import Basics
import Glibc
import SweepModel

// Forms of many valleys: short descents from many places, then long ones from the best of every valley
// that was found, then from places around the best minimum until it is found again.

extension Search {
  /// Points beyond which sketches are made from a part.
  private static let mostSketched = 300
  /// Short and long descents.
  private static let sketchSteps = 40
  /// Sets of breaks out of the scan, places at random and valleys, for one, two and three breaks.
  private static let scannedCounts = [100, 200, 1500]
  private static let randomCounts = [60, 500, 600]
  private static let valleyCounts = [32, 48, 160]
  /// Limits of cancelling pairs that are entered.
  private static let limitCounts = [0, 40, 96]
  /// Minima around which places are looked at again.
  private static let roundedMinima = 3
  private static let patience = 400

  /// The minima that all places lead to, those of contained forms among them.
  func patient(_ problem: Problem, _ minimiser: Minimiser, _ contained: [Vector]) -> [Solution] {
    var generator = SplitMix64(seed: 0x5ee_d0f5_7a27, stream: 1)
    let known = Set(contained.prefix(2).map { $0[0] }.filter { $0 > 0 }).sorted()
    let broken =
      form.breakCount > 0
      ? BrokenStarts(breaks: form.breakCount, problem: problem, known: known) : nil
    let smooth = smoothed(problem)
    var candidates: [Vector]
    var entrances: [[Vector]] = []
    if let broken {
      candidates = broken.all(limit: count(Self.scannedCounts, problem))
      candidates += broken.random(count(Self.randomCounts, problem), &generator)
      candidates += broken.cliffs(12)
      if form.breakCount > 1 {
        candidates += contained.flatMap { broken.extended($0, 12) }
        for limit in broken.limits(contained, limit: count(Self.limitCounts, problem)) {
          entrances.append(broken.entered(limit))
        }
        if form.breakCount == 2 { candidates += entrances.flatMap(\.self) }
      }
    } else {
      candidates = best(Starts(form).all(problem), smooth, 16)
    }
    var patient = minimiser
    patient.iterations = Self.patience
    if form.breakCount > 0 { patient.followed = BrokenStarts.linear(form.breakCount) }
    var found = (contained + along(smooth, minimiser)).map { descend(problem, patient, from: $0) }
    found += bottoms(valleys(candidates, problem, smooth, patient), problem, patient)
    if form.breakCount > 2 {
      found += bottoms(entrances.compactMap { lowest($0, smooth, patient) }, problem, patient)
    }
    if found.isEmpty { found = [descend(problem, patient, from: candidates.first ?? Vector())] }
    if problem.threshold < .infinity, let best = Self.least(found) {
      found += reweighted(problem, patient, around: best)
    }
    if let broken {
      again(broken, problem, smooth, patient, &found, &generator)
      found += downValleys(broken, problem, patient, found)
    }
    return found
  }

  /// The lowest place that short descents from some lead to. A descent into a cancelling pair is long:
  /// beside three breaks' other sketches none of its first steps tells where it ends.
  private func lowest(_ places: [Vector], _ smooth: Problem, _ patient: Minimiser) -> Vector? {
    var sketcher = patient
    sketcher.iterations = Self.sketchSteps
    return places.map { sketcher.minimise(smooth, from: $0) }.filter { $0.value.isFinite }
      .min { $0.value < $1.value }?.theta
  }

  /// The count for the form's breaks; of three under a robust loss, which sketches twice, half of it.
  private func count(_ counts: [Int], _ problem: Problem) -> Int {
    let count = counts[form.breakCount - 1]
    return form.breakCount > 2 && problem.threshold < .infinity ? count / 2 : count
  }

  private static func least(_ found: [Solution]) -> Solution? {
    found.filter { $0.value.isFinite }.min { $0.value < $1.value }
  }

  /// The lowest of different values.
  func distinct(_ found: [Solution], _ count: Int) -> [Solution] {
    var lowest: [Solution] = []
    for solution in found.filter({ $0.value.isFinite }).sorted(by: { $0.value < $1.value })
    where lowest.count < count {
      if let last = lowest.last, solution.value <= last.value * (1 + 1e-6) { continue }
      lowest.append(solution)
    }
    return lowest
  }

  /// Least squares of a part of the points, even in x.
  private func smoothed(_ problem: Problem) -> Problem {
    var smooth = problem
    smooth.threshold = .infinity
    let count = problem.sample.count
    let stride = max(1, count / Self.mostSketched)
    guard stride > 1 else { return smooth }
    let order = (0..<count).sorted {
      problem.sample.value(0, of: $0) < problem.sample.value(0, of: $1)
    }
    var multiplicity = [Double](repeating: 0, count: count)
    for rank in Swift.stride(from: 0, to: count, by: stride) { multiplicity[order[rank]] = 1 }
    smooth.sample.take(from: problem.sample, multiplicity: multiplicity)
    return smooth
  }

  /// The candidates of the least objective.
  func best(_ candidates: [Vector], _ problem: Problem, _ limit: Int) -> [Vector] {
    let minimiser = Minimiser(problem.model)
    let valued = candidates.map { candidate in
      let inside = minimiser.inside(candidate, problem.model.parameterCount)
      return (theta: inside, value: problem.evaluate(inside).value)
    }
    let sorted = valued.filter { $0.value.isFinite }.sorted { $0.value < $1.value }
    return sorted.isEmpty ? Array(candidates.prefix(1)) : sorted.prefix(limit).map(\.theta)
  }

  /// One place of every valley into which short descents from the candidates led, lowest first. A
  /// floor of 0 first stays: the valley of the form without a floor is looked into for its own sake.
  private func valleys(
    _ candidates: [Vector], _ problem: Problem, _ smooth: Problem, _ minimiser: Minimiser
  ) -> [Vector] {
    var sketcher = minimiser
    sketcher.iterations = Self.sketchSteps
    var sketches: [Solution] = []
    for candidate in candidates {
      var own = sketcher
      if form.breakCount > 0, candidate[0] == 0 { own.free[0] = false }
      sketches.append(own.minimise(smooth, from: candidate))
      guard problem.threshold < .infinity else { continue }
      // A robust loss sees other valleys: as far as half of the residuals are small.
      var robust = smooth
      let sizes = smooth.residuals(candidate).map { abs($0) }.sorted()
      robust.threshold = max(problem.threshold, sizes.isEmpty ? 1 : 0.5 * sizes[sizes.count / 2])
      guard robust.threshold.isFinite else { continue }
      var solution = own.minimise(robust, from: candidate)
      solution.value = robustValue(solution.theta, smooth, problem.threshold)
      sketches[sketches.count - 1].value = robustValue(
        sketches[sketches.count - 1].theta, smooth, problem.threshold)
      sketches.append(solution)
    }
    let sorted = sketches.filter { $0.value.isFinite }.sorted { $0.value < $1.value }
    var distinct: [Solution] = []
    // Robust losses have a valley for nearly every choice of points to follow.
    let most =
      (form.breakCount > 0 ? count(Self.valleyCounts, problem) : 8)
      * (problem.threshold < .infinity ? 2 : 1)
    for sketch in sorted where distinct.count < most {
      if let last = distinct.last, sketch.value <= last.value * (1 + 1e-6) { continue }
      distinct.append(sketch)
    }
    return distinct.map(\.theta)
  }

  /// Minima below places: of a robust loss also without larger thresholds first, which lead back into
  /// the valleys of least squares.
  private func bottoms(
    _ places: [Vector], _ problem: Problem, _ patient: Minimiser
  ) -> [Solution] {
    places.flatMap { place in
      [descend(problem, patient, from: place)]
        + (problem.threshold < .infinity ? [run(problem, near: place, minimiser: patient)] : [])
    }
  }

  private func robustValue(_ theta: Vector, _ smooth: Problem, _ threshold: Double) -> Double {
    var problem = smooth
    problem.threshold = threshold
    return problem.evaluate(theta).value
  }

  /// Descends from around the best minimum until that is found twice more without anything better,
  /// or a few rounds are over.
  private func again(
    _ broken: BrokenStarts, _ problem: Problem, _ smooth: Problem, _ patient: Minimiser,
    _ found: inout [Solution], _ generator: inout SplitMix64
  ) {
    for _ in 0..<(2 + 2 * form.breakCount) {
      let lowest = distinct(found, Self.roundedMinima)
      guard let best = lowest.first else { return }
      for solution in lowest {
        let around =
          broken.shaken(solution.theta, 12 * form.breakCount, &generator)
          + broken.exchanged(solution.theta, form.breakCount > 2 ? 4 : 8)
        let places =
          broken.pushed(solution.theta) + broken.refloored(solution.theta)
          + valleys(around, problem, smooth, patient).prefix(8)
        found += bottoms(places, problem, patient)
      }
      guard let next = Self.least(found) else { return }
      let reached = found.filter { $0.value <= next.value * (1 + 1e-8) }.count
      if next.value > best.value * (1 - 1e-8), reached > 2 { return }
    }
  }
}
