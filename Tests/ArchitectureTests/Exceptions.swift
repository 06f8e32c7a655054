/// What still breaks a rule. Take lines out, and add none: a new file keeps the rules.
enum Exceptions {
  /// Files that only extend a type and are called otherwise.
  static let names: [String] = []
  /// Names that two targets declare; most go with one room for bytes and seeded draws.
  static let twice = ["Axis", "ByteReader", "ByteWriter", "Grid", "SplitMix64"]
}
