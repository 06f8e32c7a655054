/// How wide text is, about: figures are laid out without a font at hand.
enum TextWidth {
  /// The width at a size, in the size's unit; that of the widest of the usual sans-serif fonts.
  static func of(_ text: String, size: Double, bold: Bool = false) -> Double {
    let ems = text.reduce(0) { $0 + em($1) }
    return ems * size * (bold ? 1.06 : 1)
  }

  /// The text, or its beginning and end about an ellipsis where it is wider than there is room.
  static func shortened(_ text: String, size: Double, bold: Bool = false, width: Double) -> String {
    guard of(text, size: size, bold: bold) > width else { return text }
    let characters = Array(text)
    var kept = characters.count
    while kept > 2 {
      kept -= 1
      let tail = kept / 3
      let short = String(characters.prefix(kept - tail)) + "…" + String(characters.suffix(tail))
      if of(short, size: size, bold: bold) <= width { return short }
    }
    return "…"
  }

  private static func em(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", "|", ".", ",", ":", ";", "'", "!": 0.27
    case " ", "f", "r", "t", "(", ")", "[", "]", "/", "-", "\"": 0.36
    case "m", "w", "M", "W", "%", "@", "…", "—": 0.9
    case "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻": 0.36
    case "a"..."z", "0"..."9", "_": 0.58
    case "A"..."Z": 0.7
    default: character.unicodeScalars.contains { $0.value > 0x2E7F } ? 1.05 : 0.62
    }
  }
}
