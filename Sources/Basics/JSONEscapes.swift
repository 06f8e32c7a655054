/// The escapes of JSON strings.
public enum JSONEscapes {
  /// UTF-8 of a string's content; nil for an unknown escape or half a surrogate pair.
  public static func decode(_ content: ArraySlice<UInt8>) -> [UInt8]? {
    var units: [UInt8] = []
    var at = content.startIndex
    while at < content.endIndex {
      guard content[at] == UInt8(ascii: "\\") else {
        units.append(content[at])
        at += 1
        continue
      }
      guard at + 1 < content.endIndex else { return nil }
      let letter = content[at + 1]
      at += 2
      if letter == UInt8(ascii: "u") {
        guard let scalar = scalar(content, &at) else { return nil }
        units += Array(String(Character(scalar)).utf8)
      } else if let plain = plain(letter) {
        units.append(plain)
      } else {
        return nil
      }
    }
    return units
  }

  private static func plain(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  private static func scalar(_ content: ArraySlice<UInt8>, _ at: inout Int) -> Unicode.Scalar? {
    guard let high = unit(content, &at) else { return nil }
    guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
    guard content[at...].starts(with: Array("\\u".utf8)) else { return nil }
    at += 2
    guard let low = unit(content, &at), (0xDC00..<0xE000).contains(low) else { return nil }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  private static func unit(_ content: ArraySlice<UInt8>, _ at: inout Int) -> UInt32? {
    guard at + 4 <= content.endIndex else { return nil }
    let digits = content[at..<at + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    at += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
