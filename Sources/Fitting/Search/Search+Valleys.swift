import Glibc

// Two breaks of opposite strength may follow the points ever better the stronger they are and the closer
// to each other, and so may a break beyond the data the further away it is. Newton's steps are short in
// such valleys, whose floor is curved: the strength is followed instead, to its best value or to the end
// of the domain.

extension Search {
  /// Minima that are looked into.
  private static let deepened = 3

  /// What lies further down the valleys of the best minima.
  func downValleys(
    _ broken: BrokenStarts, _ problem: Problem, _ minimiser: Minimiser, _ found: [Solution]
  ) -> [Solution] {
    var deeper: [Solution] = []
    for solution in distinct(found, Self.deepened) {
      var solution = solution
      // A walk may open another one's way.
      for _ in 0..<2 {
        let walks = broken.valleys(solution.theta).compactMap {
          walk($0, broken, problem, minimiser, solution)
        }
        guard let next = walks.min(by: { $0.value < $1.value }), next.value < solution.value
        else { break }
        let isDone = next.value > solution.value * (1 - 1e-9)
        solution = next
        deeper.append(next)
        if isDone { break }
      }
    }
    return deeper
  }

  /// Follows the strength of a valley up while the objective falls, then searches the last step.
  private func walk(
    _ valley: BrokenStarts.Valley, _ broken: BrokenStarts, _ problem: Problem,
    _ minimiser: Minimiser, _ start: Solution
  ) -> Solution? {
    let index = valley.strength
    let end = log(min(abs(minimiser.lower[index]), minimiser.upper[index]))
    guard minimiser.free[index], end.isFinite else { return nil }
    var held = minimiser
    held.free[index] = false
    held.iterations = 40
    func solve(_ t: Double, from other: Vector) -> Solution {
      let next = broken.moved(other, along: valley, by: exp(t - log(abs(other[index]))))
      (held.lower[index], held.upper[index]) = (next[index], next[index])
      return descend(problem, held, from: next)
    }
    let first = log(abs(start.theta[index]))
    guard first < end else { return nil }
    var (before, here) = (first, first)
    var best = start
    var ahead = first
    while ahead < end {
      ahead = min(here + 1, end)
      let next = solve(ahead, from: best.theta)
      guard next.value < best.value else { break }
      (before, here, best) = (here, ahead, next)
    }
    if here == first {
      // The least may lie on the way, or behind.
      guard !start.converged else { return nil }
      (before, ahead) = (first - 1, min(first + 1, end))
    }
    if here < end {
      best = narrowed(best, before...ahead, steps: 20, solve)
    }
    guard best.value < start.value else { return nil }
    let last = descend(problem, minimiser, from: best.theta)
    return last.value <= best.value ? last : best
  }

  /// The least along a line, by golden sections.
  func narrowed(
    _ start: Solution, _ range: ClosedRange<Double>, steps: Int,
    _ solve: (Double, Vector) -> Solution
  ) -> Solution {
    let ratio = 0.5 * (5.0.squareRoot() - 1)
    var (low, high, best) = (range.lowerBound, range.upperBound, start)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (below, above) = (solve(left, best.theta), solve(right, best.theta))
    for _ in 0..<steps {
      best = [best, below, above].min { $0.value < $1.value } ?? best
      if below.value <= above.value {
        (high, right, above) = (right, left, below)
        left = high - ratio * (high - low)
        below = solve(left, best.theta)
      } else {
        (low, left, below) = (left, right, above)
        right = low + ratio * (high - low)
        above = solve(right, best.theta)
      }
    }
    return best
  }
}
