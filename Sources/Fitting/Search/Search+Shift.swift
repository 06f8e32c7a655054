import Glibc

// A shifted power law's valley runs along curves in b, c and x₀ on which Newton's steps are short: the
// least objective is followed along x₀ instead.

extension Search {
  /// Places of the shift per decade at which its valley is first looked at.
  private static let perDecade = 4.0
  private static let refinements = 28

  /// The lowest places along x₀, each refined by golden sections.
  func alongShift(_ problem: Problem, _ minimiser: Minimiser) -> [Vector] {
    let index = 3
    guard minimiser.free[index] else { return [] }
    let most = minimiser.upper[index]
    let least =
      1e-3 * exp((0..<problem.sample.count).map { problem.sample.value(0, of: $0) }.min() ?? 0)
    let count = max(8, Int(Self.perDecade * log10(most / least)))
    var held = minimiser
    held.free[index] = false
    held.iterations = 60
    func solve(_ logShift: Double, near starts: [Vector]) -> Solution {
      let shift = min(exp(logShift), most)
      held.lower[index] = shift
      held.upper[index] = shift
      let sum = PowerSum(hasFloor: true, termCount: 1, isTied: false)
      let column = (0..<problem.sample.count).map {
        log(exp(problem.sample.value(0, of: $0)) + shift)
      }
      let own =
        starts.isEmpty ? PowerStarts(sum, problem, columns: [column]).starts(limit: 3) : starts
      let found = own.map { start in
        var place = start
        place[index] = shift
        return held.minimise(problem, from: place)
      }
      return found.min { $0.value < $1.value } ?? held.minimise(problem, from: Vector())
    }
    let step = log(most / least) / Double(count - 1)
    let places = (0..<count).map { log(least) + step * Double($0) }
    let found = places.map { solve($0, near: []) }
    let minima = found.indices.filter { place in
      [place - 1, place + 1].allSatisfy {
        !found.indices.contains($0) || found[$0].value >= found[place].value
      }
    }.sorted { found[$0].value < found[$1].value }
    return minima.prefix(3).map { place in
      let ratio = 0.5 * (5.0.squareRoot() - 1)
      var (low, high) = (places[place] - step, places[place] + step)
      var best = found[place]
      var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
      var (below, above) = (solve(left, near: [best.theta]), solve(right, near: [best.theta]))
      for _ in 0..<Self.refinements {
        best = [best, below, above].min { $0.value < $1.value } ?? best
        if below.value <= above.value {
          (high, right, above) = (right, left, below)
          left = high - ratio * (high - low)
          below = solve(left, near: [best.theta])
        } else {
          (low, left, below) = (left, right, above)
          right = low + ratio * (high - low)
          above = solve(right, near: [best.theta])
        }
      }
      return best.theta
    }
  }
}
