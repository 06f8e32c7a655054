/// What still breaks a rule. Take lines out, and add none: a new file keeps the rules.
enum Exceptions {
  /// Files that only extend a type and are called otherwise.
  static let names = [
    "Sources/Analysis/DataHash.swift", "Sources/Analysis/EvenChoice.swift",
    "Sources/Analysis/IsoFlopDocument.swift",
    "Sources/Analysis/Predictions/PredictionDocument.swift",
    "Sources/Fitting/Minima/MinimumRegression.swift", "Sources/Reports/ColourBar.swift",
    "Sources/Reports/Grokking/PhaseLook.swift", "Sources/Reports/Paint.swift",
  ]
  /// Names that two targets declare; most go with one room for bytes and seeded draws.
  static let twice = ["Axis", "ByteReader", "ByteWriter", "Grid", "SplitMix64"]
}
