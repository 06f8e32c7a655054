import Kernels
import Training

/// Measures a network on the first images of a set, some hundreds at a time.
struct ImageEvaluator {
  private static let chunk = 512

  private let images: LabelledImages
  private let count: Int
  private let pass: DensePass
  private let targets: Matrix
  private let labels: Buffer<Int32>

  /// Prepares to look at no more than `limit` images.
  init(_ images: LabelledImages, limit: Int, shape: DenseShape) {
    self.images = images
    count = min(limit, images.count)
    let samples = min(Self.chunk, count)
    pass = DensePass(shape: shape, samples: samples, trains: false, byRows: true)
    targets = Matrix(rows: shape.outputs, columns: samples)
    labels = Buffer(count: Matrix.padded(samples))
  }

  /// The mean loss, and the fraction of images whose label has the largest output.
  func evaluate(
    _ network: DenseNetwork, team: ThreadTeam
  ) -> (loss: Double, accuracy: Double) {
    var loss = 0.0
    var hits = 0
    for first in stride(from: 0, to: count, by: Self.chunk) {
      let places = Array(first..<min(first + Self.chunk, count))
      images.fill(pass, targets: targets, places: places, team: team)
      for (column, place) in places.enumerated() { labels[column] = Int32(images.label(place)) }
      network.forward(pass, team: team)
      let part = DenseLoss(
        outputs: pass.outputs, gradients: nil, count: places.count, of: count)
      loss += part.meanSquare(targets: targets)
      hits += part.hits(labels: labels)
    }
    return (loss, Double(hits) / Double(count))
  }

  static func memoryBytes(shape: DenseShape) -> Int {
    2 * DensePass.memoryBytes(shape: shape, samples: chunk)
  }
}
