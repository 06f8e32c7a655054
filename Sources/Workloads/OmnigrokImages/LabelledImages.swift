import Kernels
import SweepModel
import Training

/// Images in memory, a byte a pixel, with their labels.
struct LabelledImages: Sendable {
  /// Images.
  let count: Int
  /// Pixels of an image.
  let pixels: Int
  private let bytes: Buffer<UInt8>
  private let labels: [UInt8]

  /// Takes some images of a part of a set's content.
  init(
    _ content: [UInt8], images: Range<Int>, labels: Range<Int>, set: ImageSet,
    places: some Collection<Int>
  ) throws {
    count = places.count
    pixels = set.pixels
    bytes = Buffer(count: count * pixels)
    for (index, place) in places.enumerated() {
      let first = images.lowerBound + place * pixels
      bytes.replace(
        index * pixels..<(index + 1) * pixels, withBytes: content[first..<first + pixels])
    }
    self.labels = places.map { content[labels.lowerBound + $0] }
    guard self.labels.allSatisfy({ $0 < set.classes }) else {
      throw JobFailure("The images \(set.name) have a label beyond their classes.")
    }
  }

  /// An image's label.
  func label(_ place: Int) -> Int { Int(labels[place]) }

  /// Puts images into the first rows of a pass, pixels from 0 to 1, and their one-hot labels into the
  /// first columns of its targets, `classes × samples`.
  func fill(_ pass: DensePass, targets: Matrix, places: [Int], team: ThreadTeam) {
    guard let rows = pass.inputRows else { preconditionFailure("images go in by rows") }
    team.share(places.count) { range in
      for row in range {
        rows.fill(row: row, from: bytes, first: places[row] * pixels, scale: 1 / 255)
      }
    }
    for (column, place) in places.enumerated() {
      for row in 0..<targets.rows { targets[row, column] = row == labels[place] ? 1 : 0 }
    }
  }
}

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
