import Foundation

/// A folder of IDX files of a few images, whose bytes a test may change before they are written.
public struct SmallImages {
  /// The files' names.
  public static let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ]

  /// The folder.
  public let path: String
  /// The files' bytes, in the order of ``names``: 6 and 2 images of 3 × 2 pixels in 3 classes.
  public var files = [
    header(3, [6, 3, 2]) + (0..<36).map { UInt8($0 * 7) },
    header(1, [6]) + [0, 1, 2, 2, 1, 0],
    header(3, [2, 3, 2]) + (0..<12).map { UInt8(255 - $0) },
    header(1, [2]) + [1, 2],
  ]

  /// Makes a folder; nil makes one of a new name, which ``remove()`` takes away again.
  public init(path: String? = nil) throws {
    self.path = path ?? NSTemporaryDirectory() + "quanta-images-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
  }

  /// The header of an IDX file of bytes.
  public static func header(_ dimensions: UInt8, _ sizes: [UInt32]) -> [UInt8] {
    [0, 0, 8, dimensions]
      + sizes.flatMap { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } }
  }

  /// Writes the files under their names, changed by `rename`, packed by gzip where it says so.
  public func write(gzips: Bool = false, rename: (String) -> String = { $0 }) throws {
    for (name, bytes) in zip(Self.names, files) {
      let file = "\(path)/\(rename(name))"
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      if gzips { _ = Command.runBlocking(["gzip", "-f", file]) }
    }
  }

  /// Removes the folder.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
