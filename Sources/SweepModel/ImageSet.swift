/// A set of labelled grey images as jobs name it and hosts hold it: its sizes and the SHA-256 of its
/// content. Equal content has an equal name wherever it lies, so a job's key covers the data.
///
/// The content is one file: a header of 64 bytes, then the training images (a byte a pixel, row by
/// row, image by image), a byte for each one's label, and the test images and labels likewise.
public struct ImageSet: Hashable, Sendable {
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
  /// SHA-256 of the content, 64 hexadecimal digits.
  public let hash: String

  /// The most bytes that a set may have.
  public static let maximumBytes = 1 << 32
  /// Bytes before the first image.
  public static let headerBytes = 64

  /// Describes a set; nil when there is nothing in it, it is larger than ``maximumBytes``, or the hash
  /// is none.
  public init?(
    trainCount: Int, testCount: Int, rows: Int, columns: Int, classes: Int, hash: String
  ) {
    let limit = 1 << 31
    let sizes = [trainCount, testCount, rows, columns]
    let digits = "0123456789abcdef".utf8
    guard sizes.allSatisfy({ (1..<limit).contains($0) }), (1...256).contains(classes),
      hash.utf8.count == 64, hash.utf8.allSatisfy(digits.contains),
      rows * columns < limit, (trainCount + testCount) < Self.maximumBytes / (rows * columns + 1)
    else { return nil }
    self.trainCount = trainCount
    self.testCount = testCount
    self.rows = rows
    self.columns = columns
    self.classes = classes
    self.hash = hash
  }

  /// Sets that have a name of their own, each with that and its content. One that gets a name later
  /// keeps its long form, which jobs then have, as another.
  public static let known: [(name: String, set: ImageSet)] = [
    (
      "fashion-mnist",
      ImageSet(
        trainCount: 60_000, testCount: 10_000, rows: 28, columns: 28, classes: 10,
        hash: "0853ad27ff76fc0b27a3305ab331e477818356c6f456ad06bca4ebdc73f4af74")
    )
  ].compactMap { name, set in set.map { (name, $0) } }

  /// The set of a name, the own one of a known set or the long form of any; nil for any other text.
  public init?(name: String) {
    if let known = Self.known.first(where: { $0.name == name }) {
      self = known.set
      return
    }
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, let trainCount = Int(parts[1]), let testCount = Int(parts[2]) else {
      return nil
    }
    let sides = parts[0].split(separator: "x", omittingEmptySubsequences: false).compactMap {
      Int($0)
    }
    guard sides.count == 3 else { return nil }
    self.init(
      trainCount: trainCount, testCount: testCount, rows: sides[0], columns: sides[1],
      classes: sides[2], hash: String(parts[3]))
    guard longName == name else { return nil }
  }

  /// The name in jobs: that of a known set, else `28x28x10-60000-10000-HASH` with rows, columns,
  /// classes, training images, test images and hash.
  public var name: String { Self.known.first { $0.set == self }?.name ?? longName }

  private var longName: String {
    "\(rows)x\(columns)x\(classes)-\(trainCount)-\(testCount)-\(hash)"
  }

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
