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
    _ content: Span<UInt8>, images: Range<Int>, labels: Range<Int>, set: ImageLayout,
    places: some Collection<Int>
  ) throws {
    count = places.count
    pixels = set.pixels
    bytes = Buffer(count: count * pixels)
    for (index, place) in places.enumerated() {
      let first = images.lowerBound + place * pixels
      bytes.replace(
        index * pixels..<(index + 1) * pixels, withBytes: content.extracting(first..<first + pixels)
      )
    }
    self.labels = places.map { content[labels.lowerBound + $0] }
    guard self.labels.allSatisfy({ $0 < set.classes }) else {
      throw JobFailure("The images \(set) have a label beyond their classes.")
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
