/// How a set of labelled grey images lies in its content.
///
/// The content is one file: a header of 64 bytes, then the training images (a byte a pixel, row by
/// row, image by image), a byte for each one's label, and the test images and labels likewise.
public struct ImageLayout: DataLayout {
  /// Training images.
  public let trainCount: Int
  /// Test images.
  public let testCount: Int
  /// Rows of an image.
  public let rows: Int
  /// Columns of an image.
  public let columns: Int
  /// Labels are below this.
  public let classes: Int
  /// Bytes before the first image.
  public static let headerBytes = 64

  /// Describes a set; nil when there is nothing in it, or it is larger than ``DataSet/maximumBytes``.
  public init?(trainCount: Int, testCount: Int, rows: Int, columns: Int, classes: Int) {
    let limit = 1 << 31
    let sizes = [trainCount, testCount, rows, columns]
    guard sizes.allSatisfy({ (1..<limit).contains($0) }), (1...256).contains(classes),
      rows * columns < limit, (trainCount + testCount) < DataSet.maximumBytes / (rows * columns + 1)
    else { return nil }
    self.trainCount = trainCount
    self.testCount = testCount
    self.rows = rows
    self.columns = columns
    self.classes = classes
  }

  /// Reads ``description``; nil for any other text.
  public init?(_ description: String) {
    let parts = description.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let trainCount = Int(parts[1]), let testCount = Int(parts[2]) else {
      return nil
    }
    let sides = parts[0].split(separator: "x", omittingEmptySubsequences: false).compactMap {
      Int($0)
    }
    guard sides.count == 3 else { return nil }
    self.init(
      trainCount: trainCount, testCount: testCount, rows: sides[0], columns: sides[1],
      classes: sides[2])
    guard self.description == description else { return nil }
  }

  /// `28x28x10-60000-10000`: rows, columns, classes, training images, test images.
  public var description: String { "\(rows)x\(columns)x\(classes)-\(trainCount)-\(testCount)" }

  /// Pixels of an image.
  public var pixels: Int { rows * columns }

  /// Bytes of the content.
  public var sizeBytes: Int { testLabels.upperBound }

  /// The content's first bytes.
  public var header: [UInt8] {
    let text = "quanta-images-1 \(rows)x\(columns)x\(classes) \(trainCount) \(testCount)\n"
    return text.utf8 + Array(repeating: 0, count: Self.headerBytes - text.utf8.count)
  }

  /// Where the training images stand in the content.
  public var trainImages: Range<Int> { Self.headerBytes..<Self.headerBytes + trainCount * pixels }
  /// Where the training labels stand.
  public var trainLabels: Range<Int> {
    trainImages.upperBound..<trainImages.upperBound + trainCount
  }
  /// Where the test images stand.
  public var testImages: Range<Int> {
    trainLabels.upperBound..<trainLabels.upperBound + testCount * pixels
  }
  /// Where the test labels stand.
  public var testLabels: Range<Int> { testImages.upperBound..<testImages.upperBound + testCount }
}
