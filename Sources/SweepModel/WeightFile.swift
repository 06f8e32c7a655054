/// The parameters of a network as one file of the format ``Basics/Safetensors``.
public struct WeightFile: DataLayout {
  /// Bytes of the file, at least 8.
  public let sizeBytes: Int

  /// The most bytes that such a file may have: what a job may keep.
  public static let maximumBytes = 128 << 20

  /// Describes a file; nil where it is too short to be one or larger than ``maximumBytes``.
  public init?(sizeBytes: Int) {
    guard (8...Self.maximumBytes).contains(sizeBytes) else { return nil }
    self.sizeBytes = sizeBytes
  }

  /// Reads ``description``; nil for any other text.
  public init?(_ description: String) {
    guard description.hasPrefix("weights-"), let size = Int(description.dropFirst(8)) else {
      return nil
    }
    self.init(sizeBytes: size)
    guard self.description == description else { return nil }
  }

  /// `weights-905216`: its bytes.
  public var description: String { "weights-\(sizeBytes)" }
}
