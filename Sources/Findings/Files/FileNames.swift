/// Names of files of one folder, none twice.
struct FileNames {
  private var taken: Set<String> = []

  /// Names have at most so many bytes, less than any file system has room for.
  private static let longest = 200

  /// A name like the given one: what a file's name cannot hold, or a shell would read, is one `_`, the
  /// middle of a very long name is left out, and of equal names the later ones are numbered.
  mutating func free(_ name: String, ending: String = "") -> String {
    var stem = Self.plain(name)
    let ending = Self.plain(ending)
    if stem.count > Self.longest { stem = "\(stem.prefix(130))_\(stem.suffix(60))" }
    var unique = stem + ending
    var number = 2
    while !taken.insert(unique).inserted {
      unique = "\(stem)-\(number)\(ending)"
      number += 1
    }
    return unique
  }

  private static func plain(_ name: String) -> String {
    var kept = ""
    for character in name {
      let isPlain =
        character.isASCII
        && (character.isLetter || character.isNumber || "._=+-".contains(character))
      if isPlain || kept.last != "_" { kept.append(isPlain ? character : "_") }
    }
    return kept
  }
}
