import Basics

/// Reads what ``FieldWriter`` wrote: any field by its number, in whatever order they come. A field that
/// is asked for by nobody is skipped; of one that comes twice the last counts. Errors tell the byte of
/// the payload.
struct FieldReader {
  /// More fields than any message has: a forged one must not take much more memory than its bytes.
  private static let mostFields = 1 << 18

  private struct Field {
    let number: UInt64
    let form: FieldWriter.Form
    /// What a varint is.
    let varint: UInt64
    /// What the other forms hold.
    let content: ArraySlice<UInt8>
    let at: Int
  }

  private let fields: [Field]
  private let start: Int

  /// Cuts a message into its fields. Indices of `bytes` are places in the payload.
  init(_ bytes: ArraySlice<UInt8>) throws(ByteDamage) {
    start = bytes.startIndex
    var fields: [Field] = []
    var rest = bytes
    while !rest.isEmpty {
      guard fields.count < Self.mostFields else {
        throw .malformed("a message of too many fields", at: rest.startIndex)
      }
      fields.append(try Self.field(&rest))
    }
    self.fields = fields
  }

  private static func field(_ rest: inout ArraySlice<UInt8>) throws(ByteDamage) -> Field {
    let at = rest.startIndex
    let head = try varint(&rest)
    guard head >> 3 > 0, let form = FieldWriter.Form(rawValue: head & 7) else {
      throw .malformed("a field of no form that there is", at: at)
    }
    var value: UInt64 = 0
    let size: Int
    switch form {
    case .varint:
      value = try varint(&rest)
      size = 0
    case .eightBytes: size = 8
    case .fourBytes: size = 4
    case .bytes:
      let length = try varint(&rest)
      guard length <= UInt64(rest.count) else { throw .truncated(at: rest.endIndex) }
      size = Int(length)
    }
    guard size <= rest.count else { throw .truncated(at: rest.endIndex) }
    let content = rest.prefix(size)
    rest = rest.dropFirst(size)
    return Field(number: head >> 3, form: form, varint: value, content: content, at: at)
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(ByteDamage) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard let byte = rest.popFirst() else { throw .truncated(at: rest.endIndex) }
      guard place < 9 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << UInt64(7 * place)
      if byte < 0x80 { return value }
    }
    throw .malformed("a number of more than 64 bits", at: rest.startIndex)
  }

  /// What no writer writes, in this message.
  func damage(_ what: String) -> ByteDamage { .malformed(what, at: start) }

  private func last(_ number: Int, _ form: FieldWriter.Form) throws(ByteDamage) -> Field? {
    guard let field = fields.last(where: { $0.number == UInt64(number) }) else { return nil }
    guard field.form == form else { throw otherForm(field) }
    return field
  }

  private func otherForm(_ field: Field) -> ByteDamage {
    .malformed("field \(field.number) has another form", at: field.at)
  }
}

extension FieldReader {
  func integer(_ number: Int) throws(ByteDamage) -> Int? {
    try last(number, .varint).map { Int(zigzag: $0.varint) }
  }

  /// A whole number of a range: what counts something never overflows in sums.
  func integer(
    _ number: Int, or absent: Int = 0, in range: ClosedRange<Int>, _ what: String
  ) throws(ByteDamage) -> Int {
    let field = try last(number, .varint)
    let value = field.map { Int(zigzag: $0.varint) } ?? absent
    guard range.contains(value) else {
      throw .malformed("\(what) is \(value)", at: field?.at ?? start)
    }
    return value
  }

  func bool(_ number: Int) throws(ByteDamage) -> Bool? {
    try last(number, .varint).map { $0.varint != 0 }
  }

  func double(_ number: Int) throws(ByteDamage) -> Double? {
    guard let field = try last(number, .eightBytes) else { return nil }
    var reader = ByteReader(field.content)
    return try reader.double()
  }

  /// A length of time, seconds, up to a thousand years.
  func seconds(_ number: Int, _ what: String) throws(ByteDamage) -> Double? {
    guard let value = try double(number) else { return nil }
    guard value >= 0, value < 3.2e10 else { throw damage("\(what) is \(value) s") }
    return value
  }

  func data(_ number: Int) throws(ByteDamage) -> [UInt8]? {
    try last(number, .bytes).map { Array($0.content) }
  }

  func string(_ number: Int) throws(ByteDamage) -> String? {
    guard let field = try last(number, .bytes) else { return nil }
    return try Self.text(field)
  }

  func strings(_ number: Int) throws(ByteDamage) -> [String] {
    try all(number) { (field) throws(ByteDamage) in try Self.text(field) }
  }

  /// A message within this one.
  func message(_ number: Int) throws(ByteDamage) -> FieldReader? {
    guard let field = try last(number, .bytes) else { return nil }
    return try FieldReader(field.content)
  }

  /// A list of messages within this one.
  func messages<Message>(
    _ number: Int, _ body: (FieldReader) throws(ByteDamage) -> Message
  ) throws(ByteDamage) -> [Message] {
    try all(number) { (field) throws(ByteDamage) in try body(FieldReader(field.content)) }
  }

  /// At most so many: an integer takes eight times the memory that it may take in a message.
  func packedIntegers(_ number: Int, atMost limit: Int) throws(ByteDamage) -> [Int] {
    guard let content = try last(number, .bytes)?.content else { return [] }
    var rest = content
    var list: [Int] = []
    while !rest.isEmpty {
      guard list.count < limit else {
        throw .malformed("more than \(limit) integers", at: content.startIndex)
      }
      list.append(Int(zigzag: try Self.varint(&rest)))
    }
    return list
  }

  func packedFloats(_ number: Int) throws(ByteDamage) -> [Float] {
    guard let content = try last(number, .bytes)?.content else { return [] }
    var reader = ByteReader(content)
    var list: [Float] = []
    list.reserveCapacity(content.count / 4)
    while !reader.isAtEnd {
      guard reader.remaining >= 4 else { throw .truncated(at: content.endIndex) }
      list.append(try reader.float())
    }
    return list
  }

  private static func text(_ field: Field) throws(ByteDamage) -> String {
    guard let text = String(validating: field.content, as: UTF8.self) else {
      throw .malformed("a text is not UTF-8", at: field.at)
    }
    return text
  }

  private func all<Element>(
    _ number: Int, _ body: (Field) throws(ByteDamage) -> Element
  ) throws(ByteDamage) -> [Element] {
    var list: [Element] = []
    for field in fields where field.number == UInt64(number) {
      guard field.form == .bytes else { throw otherForm(field) }
      list.append(try body(field))
    }
    return list
  }
}
