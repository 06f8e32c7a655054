/// The type of an array's elements, such as `<f8`.
struct NumPyType: Equatable {
  enum Kind: UInt8 {
    case float = 0x66
    case signed = 0x69
    case unsigned = 0x75
    case boolean = 0x62
    case text = 0x55
    case byteText = 0x53
  }

  let kind: Kind
  /// Bytes of an element.
  let bytes: Int
  let isBigEndian: Bool

  /// Nil for types that are neither numbers nor texts.
  init?(_ text: String) {
    let code = Array(text.utf8)
    guard code.count >= 3, let kind = Kind(rawValue: code[1]),
      let size = Int(String(decoding: code[2...], as: UTF8.self)), size >= 0, size < 1 << 20,
      Array("<>|=".utf8).contains(code[0])
    else { return nil }
    self.kind = kind
    self.bytes = kind == .text ? 4 * size : size
    self.isBigEndian = code[0] == UInt8(ascii: ">")
    switch kind {
    case .float: guard [2, 4, 8].contains(size) else { return nil }
    case .signed, .unsigned: guard [1, 2, 4, 8].contains(size) else { return nil }
    case .boolean: guard size == 1 else { return nil }
    case .text, .byteText: break
    }
  }

  /// So many elements as a column.
  func column(_ data: ArraySlice<UInt8>, from: Int, stride: Int, count: Int) -> Table.Made {
    let start = data.startIndex + from
    switch kind {
    case .text, .byteText:
      return .texts((0..<count).map { text(data, start + $0 * stride) })
    default:
      return .numbers((0..<count).map { number(data, start + $0 * stride) })
    }
  }

  private func word(_ data: ArraySlice<UInt8>, _ at: Int, _ width: Int) -> UInt64 {
    var word: UInt64 = 0
    for place in 0..<width {
      word = word << 8 | UInt64(data[isBigEndian ? at + place : at + width - 1 - place])
    }
    return word
  }

  private func number(_ data: ArraySlice<UInt8>, _ at: Int) -> Double {
    let bits = word(data, at, bytes)
    switch kind {
    case .float:
      switch bytes {
      case 2: return Self.half(UInt16(truncatingIfNeeded: bits))
      case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      default: return Double(bitPattern: bits)
      }
    case .signed:
      let shift = UInt64(64 - 8 * bytes)
      return Double(Int64(bitPattern: bits << shift) >> Int64(shift))
    default: return Double(bits)
    }
  }

  /// A number of 16 bits: a sign, 5 bits of exponent, 10 of mantissa.
  private static func half(_ bits: UInt16) -> Double {
    let sign = bits >> 15 == 1 ? -1.0 : 1
    let exponent = Int(bits >> 10 & 0x1F)
    let mantissa = Double(bits & 0x3FF)
    switch exponent {
    case 0: return sign * mantissa * 0x1p-24
    case 31: return mantissa == 0 ? sign * .infinity : .nan
    default:
      return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + mantissa / 1024)
    }
  }

  private func text(_ data: ArraySlice<UInt8>, _ at: Int) -> String {
    if kind == .byteText {
      return String(decoding: data[at..<at + bytes].prefix { $0 != 0 }, as: UTF8.self)
    }
    var text = String.UnicodeScalarView()
    for place in 0..<bytes / 4 {
      let value = UInt32(truncatingIfNeeded: word(data, at + 4 * place, 4))
      guard value != 0 else { break }
      text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return String(text)
  }
}
