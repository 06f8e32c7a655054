extension Search {
  /// Of more points all starts descend on a part.
  static let wholeLimit = 20_000
  /// Points of that part.
  private static let partCount = 4000
  /// The part's minima from which descents on all points begin.
  private static let most = 4

  /// A search of very many points: everywhere on every k-th of them, then down from there on all. So
  /// many points have the valleys of their part, a little displaced.
  func runByParts(_ problem: Problem, contained: [Vector]) -> Outcome {
    let stride = problem.sample.count / Self.partCount
    var part = problem
    part.sample.take(
      from: problem.sample,
      multiplicity: (0..<problem.sample.count).map { $0 % stride == 0 ? 1 : 0 })
    let sketch = run(part, contained: contained)
    let starts = sketch.minima.isEmpty ? [sketch.best] : Array(sketch.minima.prefix(Self.most))
    let minimiser = Minimiser(problem.model)
    var whole = outcome(
      starts.map { run(problem, near: $0.theta, minimiser: minimiser) }, stuck: sketch.isStuck)
    (whole.startCount, whole.reached) = (sketch.startCount, sketch.reached)
    return whole
  }
}
