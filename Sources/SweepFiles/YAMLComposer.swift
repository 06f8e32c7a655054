/// Builds the values of a YAML text from its events: aliases and merge keys (`<<: *name`) filled
/// in, places kept, keys unique. What aliases multiply is counted before it is used.
struct YAMLComposer {
  /// Values that one file may hold, its aliases filled in.
  static let maximumValues = 1_000_000
  /// Levels of nesting, aliases filled in. The library's own bound leaves out mappings of one pair
  /// within lists (`[a: [b: [`), and every level takes room on the stack.
  static let maximumDepth = 100

  /// A value with what it takes: an alias shares its storage, but not the time to walk over it.
  private struct Measured {
    let value: YAMLValue
    var count = 1
    var depth = 1
  }

  private let events: YAMLEvents
  private let end: TextEnd
  private var anchors: [String: Measured] = [:]
  private var count = 0
  private var level = 0
  /// Takes keys that are given twice; reading goes on after them.
  private let problems: Problems

  init(text: String, end: TextEnd, problems: Problems) {
    events = YAMLEvents(text)
    self.end = end
    self.problems = problems
  }

  /// The text's only document; nil when it holds none.
  mutating func document() throws(YAMLError) -> YAMLValue? {
    while true {
      switch try next().kind {
      case .textEnd: return nil
      case .documentStart:
        let root = try value(of: try next())
        try checkEnd()
        return root.value
      default: continue
      }
    }
  }

  private func checkEnd() throws(YAMLError) {
    while true {
      let event = try next()
      switch event.kind {
      case .textEnd: return
      case .documentStart:
        throw .file(
          place(event).error(
            "a second YAML document begins here", "keep one document in a file"))
      default: continue
      }
    }
  }

  private func next() throws(YAMLError) -> YAMLEvent {
    do throws(YAMLProblem) { return try events.next() } catch { throw .text(error) }
  }

  private func place(_ event: YAMLEvent) -> Place {
    end.place(line: event.line, column: event.column)
  }

  private mutating func value(of event: YAMLEvent) throws(YAMLError) -> Measured {
    let place = place(event)
    if case .alias(let name) = event.kind { return try anchored(name, place) }
    try add(1, at: place)
    guard level < Self.maximumDepth else { throw .file(place.error("nested too deeply")) }
    level += 1
    defer { level -= 1 }
    try checkTag(event.tag, place)
    let made: Measured
    switch event.kind {
    case .scalar(let text, let isPlain):
      made = Measured(value: YAMLValue(content: Self.scalar(text, isPlain), place: place))
    case .listStart: made = try list(at: place)
    default: made = try mapping(at: place)
    }
    if let anchor = event.anchor { anchors[anchor] = made }
    return made
  }

  private mutating func anchored(_ name: String, _ place: Place) throws(YAMLError) -> Measured {
    guard let found = anchors[name] else {
      throw .file(
        place.error(
          "no anchor is called \(quoted(name))",
          "write &\(name) before the value that is meant, or quote a text that begins with \"*\""))
    }
    try add(found.count, at: place)
    return found
  }

  private mutating func add(_ values: Int, at place: Place) throws(YAMLError) {
    count += values
    guard count <= Self.maximumValues else {
      throw .file(place.error("more than \(Self.maximumValues) values"))
    }
  }

  private static func scalar(_ text: String, _ isPlain: Bool) -> YAMLValue.Content {
    isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
      ? .null : .scalar(text, isPlain: isPlain)
  }

  private func checkTag(_ tag: String?, _ place: Place) throws(YAMLError) {
    let known = ["str", "seq", "map"].map { "tag:yaml.org,2002:" + $0 }
    guard let tag, !known.contains(tag) else { return }
    throw .file(place.error("tags such as \(quoted(tag)) are not supported", "remove the tag"))
  }

  private mutating func list(at place: Place) throws(YAMLError) -> Measured {
    var values: [YAMLValue] = []
    var size = (count: 1, depth: 1)
    while true {
      let event = try next()
      if case .collectionEnd = event.kind { break }
      let element = try value(of: event)
      size = try grown(size, by: element, at: place)
      values.append(element.value)
    }
    return Measured(
      value: YAMLValue(content: .list(values), place: place), count: size.count, depth: size.depth)
  }

  private func grown(
    _ size: (count: Int, depth: Int), by element: Measured, at place: Place
  ) throws(YAMLError) -> (count: Int, depth: Int) {
    guard element.depth < Self.maximumDepth else {
      throw .file(place.error("nested too deeply"))
    }
    return (size.count + element.count, max(size.depth, element.depth + 1))
  }

  private mutating func mapping(at place: Place) throws(YAMLError) -> Measured {
    var entries = YAMLEntries()
    var size = (count: 1, depth: 1)
    while true {
      let event = try next()
      if case .collectionEnd = event.kind { break }
      let key = try value(of: event).value
      let element = try value(of: try next())
      size = try grown(size, by: element, at: place)
      size.count += 1
      do throws(FileError) {
        try entries.add(key: key, element.value)
      } catch {
        problems.add(error)
      }
    }
    return Measured(
      value: YAMLValue(content: .mapping(entries.all), place: place), count: size.count,
      depth: size.depth)
  }
}

/// Why a text is no YAML file of this program: in the library's words or in its own.
enum YAMLError: Error {
  case text(YAMLProblem)
  case file(FileError)
}

/// The entries of one mapping while they are read. Keys that stand in the mapping itself come
/// before those that `<<` merges in, wherever that stands; of several merged ones, the first.
private struct YAMLEntries {
  private var entries: [YAMLEntry] = []
  private var own: [String: Place] = [:]
  private var merged: [String: Int] = [:]

  /// Those that count, in the order in which they are written.
  var all: [YAMLEntry] {
    guard !merged.isEmpty else { return entries }
    return entries.indices.filter {
      let key = entries[$0].key
      return merged[key] != $0 || own[key] == nil
    }.map { entries[$0] }
  }

  mutating func add(key: YAMLValue, _ value: YAMLValue) throws(FileError) {
    guard let name = key.text else {
      throw key.place.error("a key must be a word, found \(key.found)")
    }
    if let first = own[name] {
      throw key.place.error(
        "the key \(quoted(name)) is given a second time in this mapping (first at \(first.short))",
        name == "<<" ? "keep one and list what is meant: \"<<: [*a, *b]\"" : "keep one")
    }
    own[name] = key.place
    guard key.plain == "<<" else {
      return entries.append(YAMLEntry(key: name, keyPlace: key.place, value: value))
    }
    for source in value.elements { try merge(source) }
  }

  private mutating func merge(_ source: YAMLValue) throws(FileError) {
    guard case .mapping(let others) = source.content else {
      throw source.place.error(
        "\"<<\" merges mappings, found \(source.found)", "write \"<<: *name\" or \"<<: [*a, *b]\"")
    }
    for entry in others where merged[entry.key] == nil {
      merged[entry.key] = entries.count
      entries.append(entry)
    }
  }
}
