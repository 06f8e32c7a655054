import Kernels

/// Trusted samples with their clusters, the found quanta: what other samples are attributed to.
public struct QuantaReference: Sendable {
  /// The samples' gradients, whitened or not as those that will be attributed.
  public let gradients: SampleGradients
  /// Their clusters.
  public let partition: Partition
  let crew: Crew
  /// `samples × clusters`: a member's sign over its cluster's size, 0 elsewhere.
  let signedShares: Matrix
  /// `samples × clusters`: 1 over the size for members, 0 elsewhere.
  let shares: Matrix
  /// Inner products of the clusters' centroids, `clusters × clusters`.
  let products: [Double]

  /// Takes gradients with a partition of their samples. A cluster's centroid is the mean of its
  /// members' normalised gradients after signs are set such that they agree best, since a label flips
  /// a gradient.
  public init(gradients: SampleGradients, partition: Partition, crew: Crew) {
    precondition(gradients.count == partition.labels.count, "every sample has a cluster")
    self.gradients = gradients
    self.partition = partition
    self.crew = crew
    let cosines = GramMatrix.of(gradients, measure: .cosine, crew: crew)
    let signs = Self.signs(cosines, partition, crew)
    let signed = Matrix(rows: gradients.count, columns: partition.count)
    let plain = Matrix(rows: gradients.count, columns: partition.count)
    for (sample, label) in partition.labels.enumerated() {
      plain[sample, label] = 1 / Float(partition.sizes[label])
      signed[sample, label] = signs[sample] / Float(partition.sizes[label])
    }
    (signedShares, shares) = (signed, plain)
    products = crew.moment(signed, crew.product(cosines, signed))
  }

  /// Rounds in which members' signs follow the sum over their cluster.
  private static let signRounds = 10

  /// Every sample's sign: from the member with the largest sum of |cos| on, each member takes the
  /// sign of its sum of signed cosines, until none changes.
  private static func signs(_ cosines: Matrix, _ partition: Partition, _ crew: Crew) -> [Float] {
    let members = partition.members
    let signs = Buffer<Float>(count: cosines.rows)
    crew.run(items: members.count) { cluster, _ in
      let own = members[cluster]
      let sums = own.map { a in own.reduce(Float()) { $0 + abs(cosines[a, $1]) } }
      let first = own[sums.indices.reduce(0) { sums[$1] > sums[$0] ? $1 : $0 }]
      for sample in own { signs[sample] = cosines[first, sample] < 0 ? -1 : 1 }
      for _ in 0..<signRounds {
        let next = own.map { a in
          own.reduce(Float()) { $0 + signs[$1] * cosines[a, $1] } < 0 ? -1 : Float(1)
        }
        guard zip(own, next).contains(where: { signs[$0] != $1 }) else { return }
        for (sample, sign) in zip(own, next) { signs[sample] = sign }
      }
    }
    return signs.elements(0..<signs.count)
  }
}
