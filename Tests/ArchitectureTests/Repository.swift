import Foundation

/// The sources and tests of this repository, read once.
enum Repository {
  static let root =
    #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }

  /// Every Swift file below `Sources`.
  static let sources = files("Sources")
  /// Every Swift file below `Tests`.
  static let tests = files("Tests")

  /// The target of a file: the folder below `Sources` or `Tests`.
  static func target(of file: SwiftFile) -> String {
    String(file.path.split(separator: "/")[1])
  }

  private static func files(_ folder: String) -> [SwiftFile] {
    let names = FileManager.default.enumerator(atPath: "\(root)/\(folder)")
    return (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted()
      .compactMap { name in
        (try? text("\(folder)/\(name)")).map { SwiftFile(path: "\(folder)/\(name)", text: $0) }
      }
  }
}
