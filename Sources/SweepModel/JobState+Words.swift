extension JobState {
  /// The state's one word wherever a person or JSON sees it. The database says `setAside` for what is
  /// `failed` here: stores and notebooks that were made before read and write it so.
  public var word: String { self == .setAside ? "failed" : rawValue }

  /// The state that has a word, also one that it had before.
  public init?(word: String) {
    switch word {
    case "failed", "set aside": self = .setAside
    default: self.init(rawValue: word)
    }
  }

  /// The word with its reason: `failed: out of memory`, `failed 3 times; last: …`, `waiting`.
  public func described(_ reason: String) -> String {
    // Most reasons of a failure begin with that word.
    if reason.isEmpty || reason.hasPrefix("\(word) ") { return reason.isEmpty ? word : reason }
    return "\(word): \(reason)"
  }
}

/// A message without what differs between equal ones: each number is `#`. Steps and losses differ
/// where the reason is the same.
public func withoutNumbers(_ message: String) -> String {
  var words = ""
  for character in message {
    if character.isNumber {
      if words.last != "#" { words.append("#") }
    } else {
      words.append(character)
    }
  }
  return words
}
