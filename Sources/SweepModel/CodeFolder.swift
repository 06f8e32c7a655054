/// A folder of code that jobs run, packed as `FolderArchive` does.
public struct CodeFolder: DataLayout {
  /// Bytes of the packed folder.
  public let sizeBytes: Int

  /// The most bytes that a packed folder may have.
  public static let maximumBytes = 256 << 20

  /// Describes a folder; nil when it is empty or too large.
  public init?(sizeBytes: Int) {
    guard (1...Self.maximumBytes).contains(sizeBytes) else { return nil }
    self.sizeBytes = sizeBytes
  }

  /// Reads ``description``; nil for any other text.
  public init?(_ description: String) {
    guard description.hasPrefix("code-"), let size = Int(description.dropFirst(5)) else {
      return nil
    }
    self.init(sizeBytes: size)
    guard self.description == description else { return nil }
  }

  /// `code-81920`: its bytes.
  public var description: String { "code-\(sizeBytes)" }
}
