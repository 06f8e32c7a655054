import Glibc

// A break as strong as the search allows is a cliff: what lies beyond it is the floor alone.

extension BrokenStarts {
  /// Starts with a cliff between neighbours: the floor is the mean of what lies beyond it, prefactor
  /// and slope are the least squares of the rest. The best of all neighbours, other breaks of no
  /// strength.
  func cliffs(_ limit: Int) -> [Vector] {
    let found = u.indices.dropFirst(2).filter { u[$0] > u[$0 - 1] }.map { cliff(before: $0) }
    return found.filter { $0.squares.isFinite }.sorted { $0.squares < $1.squares }.prefix(limit)
      .map(\.theta)
  }

  private func cliff(before first: Int) -> (theta: Vector, squares: Double) {
    var (weight, sum) = (0.0, 0.0)
    for index in first..<u.count {
      weight += weights[index]
      sum += weights[index] * v[index]
    }
    let level = sum / weight
    let floor = exp(level)
    let (linear, _) = leastSquares(floor: floor, [], rows: 0..<first)
    var squares = 0.0
    for index in u.indices {
      let law = index < first ? log(floor + exp(linear[0] - linear[1] * u[index])) : level
      squares += weights[index] * (v[index] - law) * (v[index] - law)
    }
    let width = SearchDomain.widths.lowerBound
    var theta = Vector([floor, linear[0], linear[1]])
    for place in 0..<breaks {
      theta[3 + 3 * place] = place == 0 ? SearchDomain.change : 0
      theta[4 + 3 * place] = 0.5 * (u[first - 1] + u[first])
      theta[5 + 3 * place] = width
    }
    return (theta, squares)
  }
}
