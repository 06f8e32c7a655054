/// What a regular expression consists of.
indirect enum PatternNode {
  case set(LinePattern.ByteSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  case repetition(PatternNode, least: Int, most: Int?, isLazy: Bool)
  case group(PatternNode, Int)
  case lineStart
  case lineEnd
  case wordEdge(Bool)

  /// The longest run of single bytes that stands in every match.
  var literal: [UInt8] {
    var best: [UInt8] = []
    var run: [UInt8] = []
    for node in flat {
      if case .set(let set) = node, let byte = set.single {
        run.append(byte)
      } else {
        run = []
      }
      if run.count > best.count { best = run }
    }
    return best
  }

  private var flat: [PatternNode] {
    switch self {
    case .sequence(let nodes): nodes.flatMap(\.flat)
    case .group(let node, _): node.flat
    default: [self]
    }
  }
}

/// Reads a regular expression.
struct PatternParser {
  /// The names of the groups so far.
  private(set) var groups: [String?] = []
  private let text: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private var ignoresCase = false

  private static let depthLimit = 50

  init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

  mutating func parse() throws(OutputPatternError) -> PatternNode {
    guard text.count <= 1000 else { throw error("it is longer than 1000 characters", at: 1000) }
    if starts(with: "(?i)") {
      ignoresCase = true
      at += 4
    }
    let node = try choice()
    guard at == text.count else { throw error("this parenthesis closes nothing; write \\)") }
    return node
  }

  private func error(_ what: String, at place: Int? = nil) -> OutputPatternError {
    OutputPatternError("character \((place ?? at) + 1): \(what)")
  }

  private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

  private func starts(with words: String) -> Bool {
    text[at...].starts(with: Array(words.unicodeScalars))
  }

  private mutating func choice() throws(OutputPatternError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw error("groups are nested too deeply") }
    var choices = [try sequence()]
    while next == "|" {
      at += 1
      choices.append(try sequence())
    }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence() throws(OutputPatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let next, next != "|", next != ")" {
      let start = at
      var node = try atom()
      while let (least, most) = try quantifier() {
        let isLazy = self.next == "?"
        if isLazy { at += 1 }
        switch node {
        case .lineStart, .lineEnd, .wordEdge:
          throw error("there is nothing to repeat; write \\ before the mark", at: start)
        default:
          node = .repetition(node, least: least, most: most, isLazy: isLazy)
        }
      }
      nodes.append(node)
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// How often the last atom may come; nil where no quantifier follows.
  private mutating func quantifier() throws(OutputPatternError) -> (Int, Int?)? {
    switch next {
    case "*":
      at += 1
      return (0, nil)
    case "+":
      at += 1
      return (1, nil)
    case "?":
      at += 1
      return (0, 1)
    case "{":
      let start = at
      at += 1
      let least = integer()
      var most = least
      if next == "," {
        at += 1
        most = integer()
      }
      guard next == "}", let least, (most ?? least) >= least, max(least, most ?? 0) <= 1000 else {
        throw error(
          "a count such as {2} or {1,3}, at most 1000, was expected; or write \\{", at: start)
      }
      at += 1
      return (least, most)
    default: return nil
    }
  }

  private mutating func integer() -> Int? {
    let start = at
    while let next, ("0"..."9").contains(next), at - start < 6 { at += 1 }
    return Int(String(String.UnicodeScalarView(text[start..<at])))
  }

  private mutating func atom() throws(OutputPatternError) -> PatternNode {
    guard let character = next else { throw error("something was expected") }
    let start = at
    at += 1
    switch character {
    case "(": return try group()
    case "[": return .set(cased(try set()))
    case ".": return .set(.none.inverted)
    case "^": return .lineStart
    case "$": return .lineEnd
    case "\\": return try escape()
    case "*", "+", "?": throw error("there is nothing to repeat; write \\\(character)", at: start)
    default: return literal(character)
    }
  }

  private func cased(_ set: LinePattern.ByteSet) -> LinePattern.ByteSet {
    ignoresCase ? set.withBothCases : set
  }

  private func literal(_ character: Unicode.Scalar) -> PatternNode {
    let bytes = Array(String(Character(character)).utf8)
    let nodes = bytes.map { PatternNode.set(cased(LinePattern.ByteSet([$0]))) }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func group() throws(OutputPatternError) -> PatternNode {
    let start = at - 1
    var name: String?
    var isCapturing = true
    if starts(with: "?:") {
      at += 2
      isCapturing = false
    } else if starts(with: "?<=") || starts(with: "?<!") || starts(with: "?=") || starts(with: "?!")
    {
      throw error("looking ahead or back is not known here; use a group (?<name>…)", at: start)
    } else if starts(with: "?<") || starts(with: "?P<") {
      at += starts(with: "?<") ? 2 : 3
      name = try groupName(start)
    } else if next == "?" {
      throw error("of (?…) only (?:…), (?<name>…) and (?P<name>…) are known here", at: start)
    }
    var number = 0
    if isCapturing {
      guard groups.count < 100 else { throw error("there are more than 100 groups", at: start) }
      groups.append(name)
      number = groups.count
    }
    let node = try choice()
    guard next == ")" else { throw error("this parenthesis never closes; write \\(", at: start) }
    at += 1
    return isCapturing ? .group(node, number) : node
  }

  private mutating func groupName(_ start: Int) throws(OutputPatternError) -> String {
    var name = ""
    while let next, next != ">" {
      name.unicodeScalars.append(next)
      at += 1
    }
    guard next == ">", !name.isEmpty else {
      throw error("a name such as (?<loss>…) was expected", at: start)
    }
    at += 1
    return name
  }

  private mutating func escape() throws(OutputPatternError) -> PatternNode {
    guard let character = next else {
      throw error("nothing follows this \\; write \\\\", at: at - 1)
    }
    if character == "b" || character == "B" {
      at += 1
      return .wordEdge(character == "b")
    }
    if let set = Self.known(character) {
      at += 1
      return .set(set)
    }
    return .set(cased(LinePattern.ByteSet([try escapedByte()])))
  }

  private static func known(_ character: Unicode.Scalar) -> LinePattern.ByteSet? {
    switch character {
    case "d": .digits
    case "D": LinePattern.ByteSet.digits.inverted
    case "w": .wordBytes
    case "W": LinePattern.ByteSet.wordBytes.inverted
    case "s": .blanks
    case "S": LinePattern.ByteSet.blanks.inverted
    default: nil
    }
  }

  /// The byte that follows a backslash.
  private mutating func escapedByte() throws(OutputPatternError) -> UInt8 {
    guard let character = next, character.isASCII else {
      throw error("a character was expected after \\")
    }
    switch character {
    case "t":
      at += 1
      return 0x09
    case "r", "n":
      throw error("a line holds no end of a line")
    case "A"..."Z", "a"..."z", "0"..."9":
      throw error("\\\(character) is not known here", at: at - 1)
    default:
      at += 1
      return UInt8(character.value)
    }
  }

  private mutating func set() throws(OutputPatternError) -> LinePattern.ByteSet {
    let start = at - 1
    var set = LinePattern.ByteSet()
    let isInverted = next == "^"
    if isInverted { at += 1 }
    var isFirst = true
    while let character = next, character != "]" || isFirst {
      isFirst = false
      if character == "\\", at + 1 < text.count, let known = Self.known(text[at + 1]) {
        at += 2
        set = set.union(known)
        continue
      }
      let lower = try setByte()
      guard next == "-", at + 1 < text.count, text[at + 1] != "]" else {
        set.insert(lower)
        continue
      }
      at += 1
      let upper = try setByte()
      guard lower <= upper else { throw error("this range goes backwards", at: start) }
      for byte in lower...upper { set.insert(byte) }
    }
    guard next == "]" else { throw error("this [ never closes; write \\[", at: start) }
    at += 1
    return isInverted ? cased(set).inverted : set
  }

  private mutating func setByte() throws(OutputPatternError) -> UInt8 {
    guard let character = next, character.isASCII else {
      throw error("between [ and ] only ASCII characters are known; use (?:…|…) for others")
    }
    at += 1
    return character == "\\" ? try escapedByte() : UInt8(character.value)
  }
}

/// Turns a regular expression into steps.
struct PatternCompiler {
  private(set) var steps: [LinePattern.Step] = []

  private mutating func append(_ step: LinePattern.Step) throws(OutputPatternError) {
    guard steps.count < LinePattern.stepLimit else {
      throw OutputPatternError("it is too large: use smaller counts in {…}")
    }
    steps.append(step)
  }

  mutating func emit(_ node: PatternNode) throws(OutputPatternError) {
    switch node {
    case .set(let set): try append(.set(set))
    case .lineStart: try append(.lineStart)
    case .lineEnd: try append(.lineEnd)
    case .wordEdge(let isEdge): try append(.wordEdge(isEdge))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .group(let node, let number):
      try append(.save(2 * number))
      try emit(node)
      try append(.save(2 * number + 1))
    case .choice(let nodes): try emitChoice(nodes)
    case .repetition(let node, let least, let most, let isLazy):
      try emitRepetition(node, least, most, isLazy)
    }
  }

  private mutating func emitChoice(_ nodes: [PatternNode]) throws(OutputPatternError) {
    var ends: [Int] = []
    for (number, node) in nodes.enumerated() {
      guard number < nodes.count - 1 else {
        try emit(node)
        break
      }
      let fork = steps.count
      try append(.jump(0))
      try emit(node)
      ends.append(steps.count)
      try append(.jump(0))
      steps[fork] = .fork(fork + 1, steps.count)
    }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  private mutating func emitRepetition(
    _ node: PatternNode, _ least: Int, _ most: Int?, _ isLazy: Bool
  ) throws(OutputPatternError) {
    for _ in 0..<least { try emit(node) }
    guard let most else {
      let fork = steps.count
      try append(.jump(0))
      try emit(node)
      try append(.jump(fork))
      steps[fork] = isLazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count)
      return
    }
    var forks: [Int] = []
    for _ in least..<most {
      forks.append(steps.count)
      try append(.jump(0))
      try emit(node)
    }
    for fork in forks {
      steps[fork] = isLazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count)
    }
  }
}
