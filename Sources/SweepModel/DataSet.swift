/// What jobs can read. A new kind is a layout beside this file, a format in `DataSets`, and a line in
/// each of the two lists.
public enum DataKind: String, Hashable, Sendable, CaseIterable {
  /// Labelled images.
  case images
  /// One text.
  case text
  /// A folder of code that jobs run.
  case code
  /// The parameters of a network.
  case weights

  /// The layout that a description of this kind means; nil for any other text.
  func layout(_ description: String) -> (any DataLayout)? {
    switch self {
    case .images: ImageLayout(description)
    case .text: PlainText(description)
    case .code: CodeFolder(description)
    case .weights: WeightFile(description)
    }
  }
}

/// How the content of a data set of one kind is laid out: what a job must know to read it.
public protocol DataLayout: Hashable, Sendable, CustomStringConvertible {
  /// Reads ``description``; nil for any other text.
  init?(_ description: String)
  /// Bytes of the content.
  var sizeBytes: Int { get }
}

/// A data set as jobs name it and hosts hold it: what its kind says of it, and the SHA-256 of its
/// content. Equal content has an equal name wherever it lies, so a job's key covers the data.
public struct DataSet: Hashable, Sendable {
  /// Its kind.
  public let kind: DataKind
  /// Its layout's description.
  public let facts: String
  /// Bytes of the content.
  public let sizeBytes: Int
  /// SHA-256 of the content, 64 hexadecimal digits.
  public let hash: String

  /// What stands for no set where a parameter needs none.
  public static let none = "none"

  /// The most bytes that a set may have.
  public static let maximumBytes = 1 << 32

  /// Describes a set; nil when the hash is none.
  public init?(_ kind: DataKind, _ layout: any DataLayout, hash: String) {
    guard JobKey(hex: hash) != nil else { return nil }
    self.kind = kind
    facts = layout.description
    sizeBytes = layout.sizeBytes
    self.hash = hash
  }

  /// Sets that have a name of their own, each with that and its content. One that gets a name later
  /// keeps its long form, which jobs then have, as another.
  public static let known: [(name: String, set: DataSet)] = [
    (
      "fashion-mnist", .images, "28x28x10-60000-10000",
      "0853ad27ff76fc0b27a3305ab331e477818356c6f456ad06bca4ebdc73f4af74"
    )
  ].compactMap { (name: String, kind: DataKind, facts: String, hash: String) in
    kind.layout(facts).flatMap { DataSet(kind, $0, hash: hash) }.map { (name, $0) }
  }

  /// The set of a name, the own one of a known set or the long form of any; nil for any other text.
  public init?(name: String) {
    if let known = Self.known.first(where: { $0.name == name }) {
      self = known.set
      return
    }
    guard let dash = name.lastIndex(of: "-") else { return nil }
    let hash = String(name[name.index(after: dash)...])
    let found = DataKind.allCases.lazy.compactMap { kind in
      kind.layout(String(name[..<dash])).flatMap { DataSet(kind, $0, hash: hash) }
    }.first
    guard let found else { return nil }
    self = found
  }

  /// The name as people read it: that of a known set, else its kind with the beginning of its hash.
  public var label: String {
    let name = name
    return name.hasSuffix(hash) ? "\(kind.rawValue)-\(hash.prefix(8))" : name
  }

  /// The name in jobs: that of a known set, else its facts and its hash, `28x28x10-60000-10000-HASH`.
  public var name: String { Self.known.first { $0.set == self }?.name ?? "\(facts)-\(hash)" }
}
