public import Analysis

extension Phase {
  /// The letter in a cell, for those who do not tell the colours apart.
  public var letter: String {
    switch self {
    case .comprehension: "C"
    case .grokking: "G"
    case .memorisation: "M"
    case .confusion: "?"
    }
  }

  /// Okabe & Ito's green, orange and sky blue, and a grey; all light enough for dark letters.
  var color: String {
    switch self {
    case .comprehension: "#35b48b"
    case .grokking: "#e69f00"
    case .memorisation: "#6dbdea"
    case .confusion: "#c9ced4"
    }
  }
}
