import Basics
import Digests
import SweepModel

/// How data of one kind lie in files as people have them. A new kind is a file with one of these and
/// a line in ``DataFormats``.
protocol DataFormat: Sendable {
  /// The kind.
  var kind: DataKind { get }
  /// Where known sets are installed, by their names.
  var installed: [String: String] { get }
  /// What a sweep file may give, as the end of "… or": `a folder with IDX files such as ./mnist`.
  var place: String { get }
  /// What it must be, after "give".
  var noun: String { get }
  /// Whether it is a folder, not a file.
  var isFolder: Bool { get }
  /// Reads and checks all of it.
  func read(_ path: String) throws(DataSetError) -> (layout: any DataLayout, content: [UInt8])
}

/// The formats, one for each kind.
enum DataFormats {
  /// That of a kind.
  static func of(_ kind: DataKind) -> any DataFormat {
    switch kind {
    case .images: ImageFormat()
    case .text: TextFormat()
    case .code: CodeFormat()
    case .weights: WeightsFormat()
    }
  }
}

extension DataFormat {
  /// Reads a set and gives it its name.
  func set(_ path: String) throws(DataSetError) -> (set: DataSet, content: [UInt8]) {
    let (layout, content) = try read(path)
    guard let set = DataSet(kind, layout, hash: SHA256.hash(content.span).hexadecimal) else {
      preconditionFailure("a digest names a set")
    }
    return (set, content)
  }
}
