import Basics
import SweepModel

/// Parameters as JSON text that keeps every value's type.
///
/// A flat object in ascending order of name. A whole number has neither point nor exponent; a real
/// always has one of them (`1.0`, `1e-05`), so that 1 and 1.0 come back as what they were.
enum ParameterText {
  /// The JSON text.
  static func encode(_ parameters: Parameters) -> String {
    var text = "{"
    for (index, entry) in parameters.entries.enumerated() {
      if index > 0 { text += "," }
      text += jsonQuoted(entry.name)
      text += ":"
      switch entry.value {
      case .text(let word): text += jsonQuoted(word)
      case .integer, .real, .flag: text += entry.value.description
      }
    }
    return text + "}"
  }

  /// The parameters that ``encode(_:)`` wrote; nil for any other text.
  static func decode(_ text: String) -> Parameters? {
    var scanner = Scanner(bytes: Array(text.utf8))
    guard scanner.take("{") else { return nil }
    var entries: [Parameters.Entry] = []
    if scanner.take("}") { return scanner.isAtEnd ? Parameters() : nil }
    repeat {
      guard let name = scanner.string(), scanner.take(":"), let value = scanner.value() else {
        return nil
      }
      entries.append(Parameters.Entry(name: name, value: value))
    } while scanner.take(",")
    guard scanner.take("}"), scanner.isAtEnd else { return nil }
    return Parameters(entries)
  }

  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
      position += 1
      return true
    }

    mutating func value() -> Value? {
      guard position < bytes.count else { return nil }
      if bytes[position] == UInt8(ascii: "\"") { return string().map(Value.text) }
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: ","),
        bytes[position] != UInt8(ascii: "}")
      {
        position += 1
      }
      let word = String(decoding: bytes[start..<position], as: UTF8.self)
      switch word {
      case "true": return .flag(true)
      case "false": return .flag(false)
      default:
        let isReal = word.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
        return isReal ? Double(word).map(Value.real) : Int(word).map(Value.integer)
      }
    }

    mutating func string() -> String? {
      guard take("\"") else { return nil }
      var content: [UInt8] = []
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let escaped = escape() else { return nil }
          content.append(escaped)
        default: content.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> UInt8? {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
      case UInt8(ascii: "u"):
        guard position + 4 <= bytes.count else { return nil }
        let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        position += 4
        return UInt8(digits, radix: 16)
      default: return nil
      }
    }
  }
}
