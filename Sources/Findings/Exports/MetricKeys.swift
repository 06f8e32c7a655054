/// Names of parameters or metrics as MLflow's folders have them, none twice: letters of any script,
/// digits, `_.- :`, and `/` between folders.
struct MetricKeys {
  private var files: Set<String> = []
  private var folders: Set<String> = []

  /// MLflow takes 250 characters and file systems 255 bytes between two `/`; the file's name may grow.
  private static let longest = 200

  /// The key of a name: itself where MLflow takes it and neither a file nor a folder has it; else with
  /// `_` for what it does not take, `.` for `/`, or a number at its end.
  mutating func free(_ name: String) -> String {
    let plain = Self.plain(name)
    var key = plain
    var number = 1
    while !isFree(key) {
      key = plain.replacing("/", with: ".") + (number == 1 ? "" : "-\(number)")
      number += 1
    }
    files.insert(key)
    folders.formUnion(Self.folders(of: key))
    return key
  }

  private func isFree(_ key: String) -> Bool {
    !files.contains(key) && !folders.contains(key)
      && Self.folders(of: key).allSatisfy { !files.contains($0) }
  }

  private static func folders(of key: String) -> [String] {
    key.indices.filter { key[$0] == "/" }.map { String(key[..<$0]) }
  }

  private static func plain(_ name: String) -> String {
    var kept = ""
    for scalar in name.unicodeScalars {
      kept.unicodeScalars.append(isTaken(scalar) ? scalar : "_")
    }
    let parts = kept.split(separator: "/", omittingEmptySubsequences: false)
    let key = parts.map { ["", ".", ".."].contains($0) ? "_" : $0 }.joined(separator: "/")
    guard key.utf8.count > longest else { return key }
    var short = key.replacing("/", with: ".")
    while short.utf8.count > longest { short.removeLast(max(1, short.count / 20)) }
    return short
  }

  /// Whether Python's `\w`, or one of the signs that MLflow takes besides.
  private static func isTaken(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber:
      true
    default: "_/.- :".unicodeScalars.contains(scalar)
    }
  }
}
