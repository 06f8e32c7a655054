import Basics

extension JSON {
  /// A text, number or switch as it is written.
  fileprivate var plainText: String? {
    switch self {
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .integer(let integer): "\(integer)"
    case .real(let real): "\(real)"
    case .null, .numbers, .list, .object: nil
    }
  }
}

/// What a recorded command line says of its run. Nothing in it is expanded or run.
enum CommandFields {
  /// The most of a line that is looked at, bytes.
  static let limit = 1 << 16

  /// The words of a line; of one whose quotes never close what stands between blanks.
  static func words(_ line: String) -> [String] {
    let line = String(decoding: line.utf8.prefix(limit), as: UTF8.self)
    let (words, isWhole) = ShellWords.split(line, isBash: true)
    return isWhole ? words : line.split { $0 == " " || $0 == "\t" }.map(String.init)
  }

  /// The parameters that a command line shows by itself: `--width 64`, `--width=64`, `width=64`. Names
  /// are given as they stand and with `_` for `-`.
  static func fields(_ words: [String]) -> [FoundRun.Field] {
    var fields: [FoundRun.Field] = []
    func add(_ name: Substring, _ text: some StringProtocol) {
      guard !name.isEmpty else { return }
      fields.append(FoundRun.Field(String(name), String(text)))
      let other = String(name.map { $0 == "-" ? "_" : $0 })
      if other != name { fields.append(FoundRun.Field(other, String(text))) }
    }
    for (place, word) in words.enumerated() {
      // So Quanta's own job logs have what is no argument.
      if word.hasPrefix("QUANTA_PARAMS="), let json = try? JSON(Array(word.utf8.dropFirst(14))) {
        for member in json.members {
          if let text = member.value.plainText { add(member.name[...], text) }
        }
        continue
      }
      let bare = word.drop { $0 == "-" }
      let isFlag = bare.count < word.count && bare.first?.isNumber == false && bare.first != "."
      if let sign = bare.firstIndex(of: "="), isFlag || bare.count == word.count {
        add(bare[..<sign], bare[bare.index(after: sign)...])
      } else if isFlag {
        let next = place + 1 < words.count ? words[place + 1] : "--"
        let isValue = !next.hasPrefix("-") || next == "-" || Double(next) != nil
        add(bare, isValue ? next : "true")
      }
    }
    return fields
  }
}
