import Glibc
import SweepModel

// Some valleys run along curves on which Newton's steps are short: those of a shifted power law in b, c
// and x₀, of quanta in α, K and x₁, of a saturating error in ε, k and γ. There the least objective is
// followed along one parameter instead.

extension Search {
  /// A parameter along which the least objective is followed: t is even along the valley.
  private struct Axis {
    let index: Int
    let range: ClosedRange<Double>
    let count: Int
    let theta: (Double) -> Double
    /// Starts for the others where this one has a value.
    let starts: (Double) -> [Vector]
  }

  private static let refinements = 28
  /// Starts of a place that are descended from, and the lowest places that are refined.
  private static let descents = 3

  /// The lowest places along the form's axis, each refined by golden sections; none for other forms.
  func along(_ problem: Problem, _ minimiser: Minimiser) -> [Vector] {
    guard let axis = axis(problem, minimiser), minimiser.free[axis.index] else { return [] }
    var held = minimiser
    held.free[axis.index] = false
    held.iterations = 60
    func solve(_ t: Double, near starts: [Vector]) -> Solution {
      let value = min(max(axis.theta(t), minimiser.lower[axis.index]), minimiser.upper[axis.index])
      (held.lower[axis.index], held.upper[axis.index]) = (value, value)
      let found = starts.map { start in
        var place = start
        place[axis.index] = value
        return held.minimise(problem, from: place)
      }
      return found.min { $0.value < $1.value } ?? held.minimise(problem, from: Vector())
    }
    let step = (axis.range.upperBound - axis.range.lowerBound) / Double(axis.count - 1)
    let places = (0..<axis.count).map { axis.range.lowerBound + step * Double($0) }
    var found: [Solution] = []
    for place in places {
      let own = best(axis.starts(axis.theta(place)), problem, Self.descents)
      found.append(solve(place, near: own + (found.last.map { [$0.theta] } ?? [])))
    }
    // What was found further on may lead further down here.
    for place in places.indices.dropLast().reversed() {
      let back = solve(places[place], near: [found[place + 1].theta])
      if back.value < found[place].value { found[place] = back }
    }
    let minima = found.indices.filter { place in
      [place - 1, place + 1].allSatisfy {
        !found.indices.contains($0) || found[$0].value >= found[place].value
      }
    }.sorted { found[$0].value < found[$1].value }
    return minima.prefix(Self.descents).map { place in
      let range = places[place] - step...places[place] + step
      return narrowed(found[place], range, steps: Self.refinements) { solve($0, near: [$1]) }.theta
    }
  }

  private func axis(_ problem: Problem, _ minimiser: Minimiser) -> Axis? {
    let u = (0..<problem.sample.count).map { problem.sample.value(0, of: $0) }
    let (low, high) = (u.min() ?? 0, u.max() ?? 1)
    let starts = Starts(form)
    switch form {
    case .shifted:
      let most = log(max(minimiser.upper[3], 1e-300))
      let least = log(1e-3) + low
      return Axis(
        index: 3, range: least...max(most, least + 1),
        count: max(8, Int((most - least) / log(10) * 4)), theta: { exp($0) },
        starts: { shift in
          PowerStarts(
            PowerSum(hasFloor: true, termCount: 1, isTied: false), problem,
            columns: [u.map { log(exp($0) + shift) }]
          ).starts(limit: 3)
        })
    case .quanta:
      return Axis(
        index: 2, range: log(1e-7)...log(29.9), count: 30, theta: { high + exp($0) },
        starts: { starts.quanta(problem, logPool: $0) })
    case .quantaData:
      return Axis(
        index: 2, range: 0.3...7.745, count: 20, theta: { $0 * $0 },
        starts: { starts.quantaOfData(problem, u, logPool: $0) })
    case .errorLaw:
      return Axis(
        index: 2, range: minimiser.lower[2]...max(minimiser.lower[2], minimiser.upper[2]),
        count: 60, theta: { $0 },
        starts: { starts.errorLaw(problem, u, logRate: $0) })
    default: return nil
    }
  }
}
