import Basics
import SweepModel

/// Looks for the global minimum: descends from several starts, then from the minima of randomly
/// reweighted data where the objective is not smooth, and keeps every distinct minimum.
struct Search {
  let form: FitRequest.Form
  let objective: FitRequest.Objective

  /// Huber's last threshold before the exact step of least absolute deviations, in units of y or
  /// of ln y.
  static let vanishing = 1e-9

  /// What the starts led to.
  struct Outcome {
    /// The best minimum.
    var best: Solution
    /// Every distinct minimum within 1 %, best first.
    var minima: [Solution]
    /// Minima elsewhere that are as low as the best one to rounding.
    var alike: [Solution] = []
    /// Descents that were made.
    var startCount: Int
    /// Those that ended in the best minimum.
    var reached: Int
    /// True when no descent moved from where it started.
    var isStuck: Bool
  }

  /// The problem whose threshold is the objective's.
  func problem(_ binding: Binding) -> Problem {
    let isRaw = objective == .leastSquares
    let threshold: Double =
      switch objective {
      case .leastSquares, .logLeastSquares: .infinity
      case .huber(let delta): delta
      case .leastAbsolute: Self.vanishing
      }
    return Problem(
      model: binding.model, sample: binding.sample, isRaw: isRaw, threshold: threshold)
  }

  /// Searches everywhere.
  ///
  /// - Parameter contained: Minima of forms that this one contains (see ``Nesting``).
  func run(_ problem: Problem, contained: [Vector] = []) -> Outcome {
    if problem.sample.count > Self.wholeLimit {
      return runByParts(problem, contained: contained)
    }
    let minimiser = Minimiser(problem.model)
    if form.isSlow {
      let found = patient(problem, minimiser, contained)
      return outcome(found + sharpened(problem, minimiser, found), stuck: false)
    }
    let starts = Starts(form).all(problem) + contained
    var found = starts.map { descend(problem, minimiser, from: $0) }
    let stuck = zip(starts, found).allSatisfy { start, solution in
      !solution.converged && start.prefix(Vector.capacity) == solution.theta.prefix(Vector.capacity)
    }
    if isConvex { return outcome(found, stuck: stuck) }
    if problem.threshold < .infinity, let best = found.min(by: { $0.value < $1.value }) {
      found += reweighted(problem, minimiser, around: best)
    }
    found += sharpened(problem, minimiser, found)
    return outcome(found, stuck: stuck)
  }

  /// Searches near an optimum: one descent, as a bootstrap's resamples need it.
  func run(_ problem: Problem, near theta: Vector, minimiser: Minimiser) -> Solution {
    let solution = minimiser.minimise(problem, from: theta)
    return objective == .leastAbsolute ? exact(problem, minimiser, solution) : solution
  }

  /// A power law under least squares or any convex loss of logarithms has one minimum.
  private var isConvex: Bool { form == .power && objective != .leastSquares }

  /// Huber's threshold shrinks tenfold from the largest residual to δ, each minimum the next start.
  func descend(
    _ problem: Problem, _ minimiser: Minimiser, from start: Vector
  ) -> Solution {
    let final = problem.threshold
    var problem = problem
    var theta = start
    if final < .infinity {
      var relaxed = minimiser
      relaxed.iterations = 30
      var threshold = problem.residuals(start).reduce(0) { max($0, abs($1)) }
      while threshold > final, threshold.isFinite {
        problem.threshold = threshold
        theta = relaxed.minimise(problem, from: theta).theta
        threshold /= 10
      }
      problem.threshold = final
    }
    return run(problem, near: theta, minimiser: minimiser)
  }

  private func exact(
    _ problem: Problem, _ minimiser: Minimiser, _ solution: Solution
  ) -> Solution {
    if let exact = LeastAbsolute(free: minimiser.free, stopped: solution.atBound)
      .refine(problem, solution)
    {
      return exact
    }
    var near = solution
    near.value = LeastAbsolute.value(problem, solution.theta)
    return near
  }

  /// The lowest minima of least absolute deviations again, more thoroughly than every descent's.
  private func sharpened(
    _ problem: Problem, _ minimiser: Minimiser, _ found: [Solution]
  ) -> [Solution] {
    guard objective == .leastAbsolute else { return [] }
    return distinct(found, 4).flatMap { solution in
      [solution.atBound, Mask()].compactMap {
        LeastAbsolute(free: minimiser.free, stopped: $0).sharpen(problem, solution)
      }
    }
  }

  /// Descents from the minima of the same data with random weights, exponentially distributed: they
  /// lie in the basins that data like these have. Each begins at the best so far.
  func reweighted(
    _ problem: Problem, _ minimiser: Minimiser, around best: Solution
  ) -> [Solution] {
    var generator = SplitMix64(seed: 0x5ee_d0f5_7a27, stream: 0)
    var best = best
    return (0..<16).map { _ in
      var shaken = problem
      let multiplicity = (0..<problem.sample.count).map { _ in generator.exponential() }
      shaken.sample.take(from: problem.sample, multiplicity: multiplicity)
      shaken.threshold = max(problem.threshold, 1e-4)
      let start = minimiser.minimise(shaken, from: best.theta).theta
      let found = descend(problem, minimiser, from: start)
      let near = run(problem, near: start, minimiser: minimiser)
      for next in [found, near] where next.value < best.value { best = next }
      return near.value < found.value ? near : found
    }
  }

  func outcome(_ found: [Solution], stuck: Bool) -> Outcome {
    let sorted = found.filter { $0.value.isFinite }.sorted { $0.value < $1.value }
    guard let best = sorted.first else {
      return Outcome(
        best: found[0], minima: [], startCount: found.count, reached: 0, isStuck: stuck)
    }
    func isSame(_ a: Solution, _ b: Solution) -> Bool {
      abs(a.value - b.value) <= 1e-8 * max(abs(a.value), 1e-20)
    }
    var minima: [Solution] = []
    for solution in sorted where solution.converged && solution.value <= 1.01 * best.value {
      if !minima.contains(where: { isSame($0, solution) }) { minima.append(solution) }
    }
    return Outcome(
      best: minima.first.map { isSame($0, best) ? $0 : best } ?? best, minima: minima,
      alike: sorted.filter {
        $0.converged && abs($0.value - best.value) <= 1e-10 * max(abs(best.value), 1e-18)
      },
      startCount: found.count, reached: sorted.filter { isSame($0, best) }.count, isStuck: stuck)
  }
}

extension FitRequest.Form {
  /// True for forms with so many valleys that starts are sketched first.
  var isSlow: Bool {
    switch self {
    case .power, .offset, .chinchilla, .chinchillaTied, .overtrained: false
    case .shifted, .m4, .bnsl1, .bnsl2, .bnsl3, .repeated, .quanta, .quantaData, .errorLaw: true
    }
  }
}
