/// One text in UTF-8, as it is.
public struct PlainText: DataLayout {
  /// Bytes of the text, at least 1.
  public let sizeBytes: Int

  /// Describes a text; nil when it is empty or larger than ``DataSet/maximumBytes``.
  public init?(sizeBytes: Int) {
    guard (1...DataSet.maximumBytes).contains(sizeBytes) else { return nil }
    self.sizeBytes = sizeBytes
  }

  /// Reads ``description``; nil for any other text.
  public init?(_ description: String) {
    guard description.hasPrefix("text-"), let size = Int(description.dropFirst(5)) else {
      return nil
    }
    self.init(sizeBytes: size)
    guard self.description == description else { return nil }
  }

  /// `text-1115394`: its bytes.
  public var description: String { "text-\(sizeBytes)" }
}
