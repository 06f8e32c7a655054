import Basics

/// Draws clusters with replacement within strata.
struct Drawing {
  /// How often each point was drawn.
  private(set) var multiplicity: [Double]
  /// For every stratum its clusters, each the indices of its points; in order of appearance.
  private let strata: [[[Int]]]
  /// Which distinct inputs a point has; nil for a bound, which determines none.
  private let place: [Int?]
  /// A draw with fewer distinct inputs is drawn again.
  private let needed: Int
  private var seen: [Bool]

  init(_ points: [FitPoint], needed: Int) {
    var strata: [[[Int]]] = []
    var stratumPlace: [Int: Int] = [:]
    var clusterPlace: [FitPoint.ClusterKey: Int] = [:]
    var inputs: [[Double]: Int] = [:]
    var place: [Int?] = []
    for (index, point) in points.enumerated() {
      let stratum = stratumPlace[point.stratum] ?? strata.count
      stratumPlace[point.stratum] = stratum
      if stratum == strata.count { strata.append([]) }
      let key = point.clusterKey
      if let cluster = clusterPlace[key] {
        strata[stratum][cluster].append(index)
      } else {
        clusterPlace[key] = strata[stratum].count
        strata[stratum].append([index])
      }
      guard !point.isUpperBound else {
        place.append(nil)
        continue
      }
      let distinct = inputs[point.inputs] ?? inputs.count
      inputs[point.inputs] = distinct
      place.append(distinct)
    }
    self.strata = strata
    self.place = place
    self.needed = needed
    self.multiplicity = Array(repeating: 0, count: points.count)
    self.seen = Array(repeating: false, count: inputs.count)
  }

  /// Draws anew; false when 1000 draws identify nothing.
  mutating func draw(_ generator: inout SplitMix64) -> Bool {
    for _ in 0..<1000 {
      for index in multiplicity.indices { multiplicity[index] = 0 }
      for index in seen.indices { seen[index] = false }
      var distinct = 0
      for clusters in strata {
        for _ in clusters.indices {
          for index in clusters[Int.random(in: clusters.indices, using: &generator)] {
            multiplicity[index] += 1
            if let place = place[index], !seen[place] {
              seen[place] = true
              distinct += 1
            }
          }
        }
      }
      if distinct >= needed { return true }
    }
    return false
  }
}

/// The bootstrap's fits.
public struct Replicates: Hashable, Sendable {
  /// Parameters of a fit.
  private let width: Int
  private var values: [Double] = []
  /// The minimum of every resample's objective.
  public private(set) var objectiveValues: [Double] = []
  /// Fits that did not converge; they are kept.
  public private(set) var unconverged = 0

  init(width: Int) { self.width = width }

  /// How many there are.
  public var count: Int { objectiveValues.count }

  /// True when there was no bootstrap.
  public var isEmpty: Bool { objectiveValues.isEmpty }

  /// The parameters' values of one resample, in the form's order.
  public subscript(index: Int) -> [Double] {
    Array(values[index * width..<(index + 1) * width])
  }

  /// The parameters' values of every resample.
  public var curves: [[Double]] { (0..<count).map { self[$0] } }

  mutating func append(_ model: CurveModel, _ solution: Solution, unit: Double) {
    values.append(contentsOf: model.values(solution.theta))
    objectiveValues.append(solution.value * unit)
    if !solution.converged { unconverged += 1 }
  }

  mutating func append(_ some: [Double]) {
    values.append(contentsOf: some)
    objectiveValues.append(0)
  }
}
