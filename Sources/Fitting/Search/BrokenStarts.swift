import Glibc

/// Places from which the descent of a broken power law begins.
struct BrokenStarts {
  let breaks: Int
  /// Logarithms of x and y.
  let u: [Double]
  let v: [Double]

  /// Pieces between quantiles of u, and fits with fewer breaks to which one more is added: so a form
  /// with more breaks is never worse than one with fewer.
  func all(_ problem: Problem) -> [Vector] { pieces(breaks) + nested(problem) }

  private var quantiles: [Double] {
    let sorted = u.sorted()
    return stride(from: 0.1, to: 0.95, by: 0.1).map { sorted[Int($0 * Double(sorted.count - 1))] }
  }

  private var span: Double { (u.max() ?? 1) - (u.min() ?? 0) }

  /// Breaks at quantiles of u, slopes from the pieces between them.
  private func pieces(_ breaks: Int) -> [Vector] {
    var places: [[Double]] = [[]]
    for _ in 0..<breaks {
      places = places.flatMap { chosen in
        quantiles.filter { $0 > chosen.last ?? -.infinity }.map { chosen + [$0] }
      }
    }
    return places.flatMap { place in
      [0, 0.7, 0.95].flatMap { fraction in
        [0.03, 0.15].map { start(place, floor: fraction, width: $0 * span) }
      }
    }
  }

  private func start(_ places: [Double], floor: Double, width: Double) -> Vector {
    let logs = v.map { log(exp($0) - floor) }
    let edges = [-Double.infinity] + places + [.infinity]
    var slopes: [Double] = []
    for (low, high) in zip(edges, edges.dropFirst()) {
      let inside = u.indices.filter { u[$0] >= low && u[$0] <= high }
      slopes.append(
        inside.count > 1
          ? Line(inside.map { u[$0] }, inside.map { logs[$0] }).slope : slopes.last ?? 0)
    }
    let first = u.indices.filter { u[$0] <= edges[1] }
    let line = Line(first.map { u[$0] }, first.map { logs[$0] })
    var theta = Vector([floor, line.intercept, -slopes[0]])
    for index in 0..<breaks {
      let isUsed = index < places.count
      theta[3 + 3 * index] = isUsed ? slopes[index] - slopes[index + 1] : 0
      theta[4 + 3 * index] = isUsed ? places[index] : 0
      theta[5 + 3 * index] = log(width)
    }
    return theta
  }

  /// One break fitted, then with it held as a start the next one, each from its best places.
  private func nested(_ problem: Problem) -> [Vector] {
    guard breaks > 1 else { return [] }
    var problem = problem
    problem.threshold = .infinity
    var fitted = descend(pieces(1), breaks: 1, problem)
    for number in 1..<breaks {
      let added = fitted.prefix(2).flatMap { theta in
        quantiles.flatMap { place in
          [-0.3, -0.1, 0.1, 0.3].flatMap { change in
            [0.02, 0.1].map { width in
              var next = theta
              next[3 + 3 * number] = change
              next[4 + 3 * number] = place
              next[5 + 3 * number] = log(width * span)
              return next
            }
          }
        }
      }
      fitted = descend(added + fitted.prefix(2), breaks: number + 1, problem)
    }
    return fitted
  }

  /// The minima that the best four candidates lead to when only so many breaks may move, best first.
  private func descend(_ candidates: [Vector], breaks: Int, _ problem: Problem) -> [Vector] {
    var minimiser = Minimiser(problem.model)
    minimiser.iterations = 60
    for index in 3 + 3 * breaks..<max(3 + 3 * breaks, problem.model.parameterCount) {
      minimiser.free[index] = false
    }
    let valued = candidates.map { candidate in
      let inside = minimiser.inside(candidate, problem.model.parameterCount)
      return (theta: inside, value: problem.evaluate(inside).value)
    }
    return valued.filter { $0.value.isFinite }.sorted { $0.value < $1.value }.prefix(4)
      .map { minimiser.minimise(problem, from: $0.theta) }
      .filter { $0.value.isFinite }.sorted { $0.value < $1.value }.map(\.theta)
  }
}
