import Basics

/// What stands before an array's data: a Python dictionary of type, order and shape.
struct NumPyHeader {
  private(set) var content = NumPyArray.Content.fields([], itemBytes: 0)
  private(set) var isFortran = false
  private(set) var shape: [Int] = []
  let dataStart: Int

  init(_ bytes: ArraySlice<UInt8>, origin: String) throws(TableError) {
    let damaged = TableError(
      origin: origin, message: "The header of the NumPy array is damaged. Save it again.")
    let start = bytes.startIndex
    guard bytes.count >= 12, FileKind.isNumPy(Array(bytes.prefix(6))) else { throw damaged }
    let isShort = bytes[start + 6] == 1
    let widthBytes = isShort ? 2 : 4
    var length = 0
    for place in (0..<widthBytes).reversed() {
      length = length << 8 | Int(bytes[start + 8 + place])
    }
    let textStart = start + 8 + widthBytes
    guard length <= bytes.endIndex - textStart, length < 1 << 20 else { throw damaged }
    dataStart = textStart + length
    var literal = PythonLiteral(Array(bytes[textStart..<dataStart]))
    guard case .dictionary(let entries)? = literal.value() else { throw damaged }
    var description: PythonLiteral.Value?
    for (name, value) in entries {
      switch (name, value) {
      case ("descr", _): description = value
      case ("fortran_order", .word(let word)): isFortran = word == "True"
      case ("shape", .list(let sides)):
        for side in sides {
          guard case .number(let side) = side, side >= 0 else { throw damaged }
          shape.append(side)
        }
      default: continue
      }
    }
    guard let description else { throw damaged }
    content = try Self.content(description, origin, damaged)
  }

  private static func content(
    _ description: PythonLiteral.Value, _ origin: String, _ damaged: TableError
  ) throws(TableError) -> NumPyArray.Content {
    switch description {
    case .text(let code): return .plain(try type(code, origin))
    case .list(let entries):
      var fields: [(name: String, type: NumPyType, offset: Int)] = []
      var offset = 0
      for entry in entries {
        guard case .list(let parts) = entry, parts.count >= 2, case .text(let name) = parts[0]
        else { throw damaged }
        guard case .text(let code) = parts[1], parts.count == 2 else {
          throw TableError(
            origin: origin,
            message:
              "The field \(printable(name)) of the array is an array itself. Save its parts as "
              + "fields of their own.")
        }
        // NumPy pads aligned records with nameless fields of type V.
        if name.isEmpty, code.dropFirst().first == "V", let size = Int(code.dropFirst(2)),
          size >= 0,
          size < 1 << 20
        {
          offset += size
          continue
        }
        let type = try type(code, origin)
        fields.append((name, type, offset))
        offset += type.bytes
      }
      guard !fields.isEmpty else { throw damaged }
      return .fields(fields, itemBytes: offset)
    default: throw damaged
    }
  }

  private static func type(_ code: String, _ origin: String) throws(TableError) -> NumPyType {
    if let type = NumPyType(code) { return type }
    if code.hasSuffix("O") {
      throw TableError(
        origin: origin,
        message: "The array holds Python objects, which are not read. Save numbers: "
          + "numpy.save('data.npy', a.astype(float))")
    }
    throw TableError(
      origin: origin,
      message: "The array's type \(printable(code)) is not read. Save it as float: "
        + "numpy.save('data.npy', a.astype(float))")
  }
}

/// The part of Python's literals that NumPy's headers are written in.
private struct PythonLiteral {
  indirect enum Value {
    case text(String)
    case word(String)
    case number(Int)
    case list([Value])
    case dictionary([(String, Value)])
  }

  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next value; nil for anything else.
  mutating func value() -> Value? {
    skipBlanks()
    guard at < bytes.count, depth < 8 else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch bytes[at] {
    case UInt8(ascii: "{"): return dictionary()
    case UInt8(ascii: "("): return list(closedBy: UInt8(ascii: ")"))
    case UInt8(ascii: "["): return list(closedBy: UInt8(ascii: "]"))
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return text().map(Value.text)
    default:
      let start = at
      while at < bytes.count, !bytes[at].isBlank, !Array(",)]}:".utf8).contains(bytes[at]) {
        at += 1
      }
      let word = String(decoding: bytes[start..<at], as: UTF8.self)
      if word.isEmpty { return nil }
      return Int(word).map(Value.number) ?? .word(word)
    }
  }

  private mutating func dictionary() -> Value? {
    at += 1
    var entries: [(String, Value)] = []
    while let key = {
      skipBlanks()
      return isAt("}") ? nil : text()
    }() {
      skipBlanks()
      guard isAt(":") else { return nil }
      at += 1
      guard let value = value() else { return nil }
      entries.append((key, value))
      skipBlanks()
      if isAt(",") { at += 1 }
    }
    guard isAt("}") else { return nil }
    at += 1
    return .dictionary(entries)
  }

  private mutating func list(closedBy end: UInt8) -> Value? {
    at += 1
    var elements: [Value] = []
    while true {
      skipBlanks()
      guard at < bytes.count else { return nil }
      if bytes[at] == end {
        at += 1
        return .list(elements)
      }
      guard let element = value() else { return nil }
      elements.append(element)
      skipBlanks()
      if isAt(",") { at += 1 }
    }
  }

  private mutating func text() -> String? {
    guard at < bytes.count, isAt("'") || isAt("\"") else { return nil }
    let quote = bytes[at]
    let start = at + 1
    at = start
    while at < bytes.count, bytes[at] != quote { at += 1 }
    guard at < bytes.count else { return nil }
    at += 1
    return String(decoding: bytes[start..<at - 1], as: UTF8.self)
  }

  private func isAt(_ character: Unicode.Scalar) -> Bool {
    at < bytes.count && bytes[at] == UInt8(ascii: character)
  }

  private mutating func skipBlanks() {
    while at < bytes.count, bytes[at].isBlank || bytes[at].isLineEnd { at += 1 }
  }
}
