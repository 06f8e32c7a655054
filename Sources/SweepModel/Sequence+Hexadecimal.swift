extension Sequence<UInt8> {
  /// The bytes as lowercase hexadecimal digits, two each, as content hashes are written.
  public var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
