public import Kernels

/// How unusual a sample is by its activations: the squared distance of Mahalanobis from reference
/// samples, over the dimension, as EleutherAI's `cupbearer` has it.
public struct MahalanobisDetector: Sendable {
  private let mean: [Double]
  /// `dimension × rank`: the kept directions, each over the root of its variance.
  private let directions: Matrix

  /// Takes reference activations, `samples × width`. Directions whose variance is below
  /// `leastVariance` times the largest are left out, the pseudo-inverse's `rcond`: published 0.001.
  public init(_ reference: Matrix, leastVariance: Double = 1e-3, crew: Crew) {
    let (count, width) = (Double(max(1, reference.rows)), reference.columns)
    var mean = [Double](repeating: 0, count: width)
    for row in 0..<reference.rows {
      for column in 0..<width { mean[column] += Double(reference[row, column]) / count }
    }
    let centred = Self.centred(reference, mean)
    let moment = crew.moment(centred, centred).map { $0 / max(1, count - 1) }
    let system = Eigensystem(moment, size: width)
    let least = leastVariance * (system.values.last ?? 0)
    let kept = (0..<width).filter { system.values[$0] > least && system.values[$0] > 0 }
    directions = Matrix(rows: width, columns: max(1, kept.count))
    for (column, index) in kept.enumerated() {
      let scale = 1 / system.values[index].squareRoot()
      for row in 0..<width {
        directions[row, column] = Float(system.vectors[index * width + row] * scale)
      }
    }
    self.mean = mean
  }

  private static func centred(_ rows: Matrix, _ mean: [Double]) -> Matrix {
    let result = Matrix(rows: rows.rows, columns: rows.columns)
    for row in 0..<rows.rows {
      for column in 0..<rows.columns {
        result[row, column] = Float(Double(rows[row, column]) - mean[column])
      }
    }
    return result
  }

  /// Every sample's score; larger is more unusual.
  public func scores(_ samples: Matrix, crew: Crew) -> [Double] {
    let turned = crew.product(Self.centred(samples, mean), directions)
    return (0..<samples.rows).map { turned.square(row: $0) / Double(mean.count) }
  }
}

/// The local outlier factor (Breunig et al. 2000) of samples among reference samples, as
/// scikit-learn's `LocalOutlierFactor(novelty=True)` has it.
public struct LocalOutlierFactor: Sendable {
  private let reference: Matrix
  private let neighbours: Int
  private let reach: [Double]
  private let densities: [Double]

  /// Takes reference activations, `samples × width`; published are 20 neighbours.
  public init(_ reference: Matrix, neighbours: Int = 20, crew: Crew) {
    precondition(reference.rows > neighbours, "more samples than neighbours are needed")
    self.reference = reference
    self.neighbours = neighbours
    let nearest = Self.nearest(
      reference, in: reference, count: neighbours, isSame: true, crew: crew)
    let reach = nearest.map { $0[neighbours - 1].distance }
    self.reach = reach
    densities = nearest.map { Self.density($0, reach) }
  }

  /// Every sample's factor, about 1 where it lies as densely as its neighbours; larger is more
  /// unusual.
  public func scores(_ samples: Matrix, crew: Crew) -> [Double] {
    Self.nearest(samples, in: reference, count: neighbours, isSame: false, crew: crew).map { near in
      let own = Self.density(near, reach)
      return near.reduce(0) { $0 + densities[$1.sample] } / Double(near.count) / own
    }
  }

  private struct Near: Sendable {
    let sample: Int
    let distance: Double
  }

  /// One over the mean reachability distance.
  private static func density(_ near: [Near], _ reach: [Double]) -> Double {
    let sum = near.reduce(0) { $0 + max($1.distance, reach[$1.sample]) }
    return 1 / (sum / Double(near.count) + 1e-10)
  }

  private static func nearest(
    _ samples: Matrix, in reference: Matrix, count: Int, isSame: Bool, crew: Crew
  ) -> [[Near]] {
    let products = crew.product(samples, crew.transposed(reference))
    let squares = (0..<reference.rows).map { reference.square(row: $0) }
    let own = (0..<samples.rows).map { samples.square(row: $0) }
    for row in 0..<samples.rows {
      for column in 0..<reference.rows {
        let square = own[row] + squares[column] - 2 * Double(products[row, column])
        products[row, column] = isSame && row == column ? -.infinity : -Float(max(0, square))
      }
    }
    return (0..<samples.rows).map { row in
      QuantaReference.largest(count, in: products, row: row).map {
        Near(sample: $0, distance: Double(-products[row, $0]).squareRoot())
      }
    }
  }
}
