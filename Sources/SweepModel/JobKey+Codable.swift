extension JobKey: Codable, CodingKeyRepresentable {
  /// The digest, as a key of an object.
  public var codingKey: any CodingKey { hex.codingKey }

  /// The key of an object; nil where it is no digest.
  public init?(codingKey: some CodingKey) { self.init(hex: codingKey.stringValue) }

  /// Reads the digest's digits.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let key = JobKey(hex: text) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no job's key"))
    }
    self = key
  }

  /// Writes the digest's digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
