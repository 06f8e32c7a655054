/// The targets that a `Package.swift` declares, read from its text.
struct Manifest {
  /// The dependencies of every target, products of other packages by their names.
  private(set) var dependencies: [String: Set<String>] = [:]

  init(_ text: String) {
    let raw = Array(text.utf8)
    let code = CodeText(text).bytes
    let calls = ["library(", "safe(", "program(", "tests(", "arget(", "systemLibrary("]
    guard let list = Self.range(of: "targets: [", in: raw, from: 0) else { return }
    var at = list.upperBound
    while let call = calls.compactMap({ Self.range(of: $0, in: code, from: at) })
      .min(by: { $0.lowerBound < $1.lowerBound })
    {
      let end = Self.end(of: call.upperBound, in: code)
      read(Array(raw[call.upperBound..<end]), Array(code[call.upperBound..<end]))
      at = end
    }
  }

  /// Reads what stands in the parentheses of a target: the first text is its name, the list that
  /// follows it or `dependencies:` what it depends on.
  private mutating func read(_ raw: [UInt8], _ code: [UInt8]) {
    guard let name = Self.texts(in: raw[...]).first else { return }
    var list: ArraySlice<UInt8> = []
    let labelled = Self.range(of: "dependencies:", in: code, from: 0)?.upperBound
    let unlabelled = Self.isPositional(code) ? code.firstIndex(of: UInt8(ascii: "[")) : nil
    if let start = labelled ?? unlabelled,
      let opening = code[start...].firstIndex(of: UInt8(ascii: "["))
    {
      list = raw[opening..<Self.end(of: opening + 1, in: code)]
    }
    var found = Self.texts(in: list)
    // `.product(name: "HeapModule", package: "swift-collections")`
    let packages = Self.texts(in: list, after: "package: ")
    found.removeAll { packages.contains($0) && !Self.texts(in: list, after: "name: ").contains($0) }
    dependencies[name] = Set(found)
  }

  /// Whether nothing but a comma stands between the name and the first list.
  private static func isPositional(_ code: [UInt8]) -> Bool {
    let before = code.prefix { $0 != UInt8(ascii: "[") }
    return !before.contains(UInt8(ascii: ":"))
  }

  /// The texts in quotes; with `label`, those that follow it.
  private static func texts(in raw: ArraySlice<UInt8>, after label: String = "") -> [String] {
    let parts = String(decoding: raw, as: UTF8.self)
      .split(separator: "\"", omittingEmptySubsequences: false)
    return parts.indices.filter { $0 % 2 == 1 && parts[$0 - 1].hasSuffix(label) }
      .map { String(parts[$0]) }
  }

  private static func range(of text: String, in bytes: [UInt8], from start: Int) -> Range<Int>? {
    let text = Array(text.utf8)
    guard bytes.count >= start + text.count else { return nil }
    for index in start...(bytes.count - text.count) where bytes[index] == text[0] {
      if bytes[index..<index + text.count].elementsEqual(text) { return index..<index + text.count }
    }
    return nil
  }

  /// Where the bracket is closed that was opened before a place.
  private static func end(of start: Int, in code: [UInt8]) -> Int {
    var depth = 1
    for index in start..<code.count {
      if [UInt8(ascii: "("), UInt8(ascii: "[")].contains(code[index]) { depth += 1 }
      if [UInt8(ascii: ")"), UInt8(ascii: "]")].contains(code[index]) { depth -= 1 }
      if depth == 0 { return index }
    }
    return code.count
  }
}
