import Kernels

/// Which quanta a sample used, and how sure that is.
public struct Attribution: Hashable, Sendable {
  /// A cluster with a number for it.
  public struct Use: Hashable, Sendable {
    /// The cluster.
    public let cluster: Int
    /// A mean |cosine| for scores, a factor of a unit vector for parts.
    public let weight: Double
  }

  /// A reference sample as evidence.
  public struct Neighbour: Hashable, Sendable {
    /// Its place among the reference samples.
    public let sample: Int
    /// The cosine of the two gradients.
    public let cosine: Double
  }

  /// Every cluster's mean |cosine| with its members, falling.
  public let scores: [Use]
  /// The reference samples with the largest |cosine|, falling.
  public let neighbours: [Neighbour]
  /// The squared length of the normalised gradient's projection on the span of all centroids, 0…1.
  public let explainedShare: Double
  /// The clusters whose centroids make up the gradient with factors that are not negative, in falling
  /// weight: several quanta at once. A centroid counts with the sign that fits the sample.
  public let parts: [Use]
  /// The squared length of what the parts leave, 0…1.
  public let residual: Double
  /// Minus the mean of the largest |cosines|.
  public let novelty: Double
  /// Minus the mean of the largest signed cosines, for where labels matter.
  public let signedNovelty: Double

  /// The parts with at least so much of the largest weight: the quanta that count as used.
  public func used(_ leastPart: Double) -> [Use] {
    let least = leastPart * (parts.first?.weight ?? 0)
    return parts.filter { $0.weight >= least }
  }

  /// The cluster of the nearest neighbour.
  public func nearestCluster(_ reference: QuantaReference) -> Int {
    reference.partition.labels[neighbours[0].sample]
  }
}

/// What an attribution looks at.
public struct AttributionSettings: Hashable, Sendable {
  /// Neighbours that are evidence and whose mean is the novelty: 10 in the measurements
  /// (`shared/science/quanta.md` 5.1).
  public var neighbours = 10
  /// A part joins while its centroid's inner product with what is left is above this share of the
  /// largest at first.
  public var leastGain = 0.05

  /// The settings of the measurements.
  public init() {}
}

extension QuantaReference {
  /// Attributes samples, whose gradients are whitened as those of the reference; labels should be
  /// the model's own predictions.
  public func attribute(
    _ samples: SampleGradients, settings: AttributionSettings = AttributionSettings()
  ) -> [Attribution] {
    let cosines = GramMatrix.between(samples, gradients, measure: .cosine, crew: crew)
    let magnitudes = Matrix(rows: cosines.rows, columns: cosines.columns)
    for row in 0..<cosines.rows {
      for column in 0..<cosines.columns { magnitudes[row, column] = abs(cosines[row, column]) }
    }
    let scores = crew.product(magnitudes, shares)
    let inner = crew.product(cosines, signedShares)
    let count = partition.count
    let trace = (0..<count).reduce(0) { $0 + products[$1 * (count + 1)] }
    var ridged = products
    for place in 0..<count { ridged[place * (count + 1)] += 1e-6 * trace / Double(count) }
    let factor = CholeskyFactor(ridged, size: count)
    return (0..<samples.count).map { row in
      let target = (0..<count).map { Double(inner[row, $0]) }
      let solved = factor?.solve(target) ?? target.map { _ in 0 }
      let explained = zip(solved, target).reduce(0) { $0 + $1.0 * $1.1 }
      let fit = NonnegativeParts(products: ridged, target: target, leastGain: settings.leastGain)
      let nearest = Self.largest(settings.neighbours, in: magnitudes, row: row)
      let signed = Self.largest(settings.neighbours, in: cosines, row: row)
      return Attribution(
        scores: uses((0..<count).map { Double(scores[row, $0]) }, above: -1),
        neighbours: nearest.map { .init(sample: $0, cosine: Double(cosines[row, $0])) },
        explainedShare: min(1, max(0, explained)), parts: uses(fit.weights, above: 0),
        residual: min(1, max(0, fit.residual)),
        novelty: -Self.mean(nearest.map { Double(magnitudes[row, $0]) }),
        signedNovelty: -Self.mean(signed.map { Double(cosines[row, $0]) }))
    }
  }

  private func uses(_ weights: [Double], above least: Double) -> [Attribution.Use] {
    weights.indices.filter { weights[$0] > least }
      .sorted { (weights[$1], $0) < (weights[$0], $1) }
      .map { Attribution.Use(cluster: $0, weight: weights[$0]) }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  /// The columns of a row's largest numbers, falling; of equals the first.
  static func largest(_ most: Int, in matrix: Matrix, row: Int) -> [Int] {
    var best: [Int] = []
    for column in 0..<matrix.columns {
      let value = matrix[row, column]
      if best.count == most, value <= matrix[row, best[most - 1]] { continue }
      let place = best.firstIndex { matrix[row, $0] < value } ?? best.count
      best.insert(column, at: place)
      if best.count > most { best.removeLast() }
    }
    return best
  }
}
