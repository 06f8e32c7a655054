/// The keys that a mapping may hold. One table drives the parser, its error texts and the JSON
/// Schema, so they cannot disagree.
struct KeyTable: Sendable {
  /// What the mapping describes, as errors name it: `a sweep file`.
  let subject: String
  /// The keys in the order in which errors and the schema list them.
  let keys: [KeySpec]
  /// True where keys that begin with `x-` stand for nothing: people keep there what they refer to.
  var allowsExtensions = false
  /// True where any other name with a whole number says how many there are of something.
  var countsOthers = false
  /// True where what is counted may be a part of one, too.
  var takesShares = false
  /// True where which other keys there are is known only from another file.
  var isOpen = false
  /// Keys of other programs' files that people bring along.
  var foreign: ForeignKeys?

  /// How many there may be of a resource that is counted by name.
  static let counts = 0...65_536

  /// The names of all keys.
  var names: [String] { keys.map(\.name) }

  /// The specification of a key of this table; traps when there is none.
  func spec(_ name: String) -> KeySpec {
    guard let spec = keys.first(where: { $0.name == name }) else {
      preconditionFailure("\(subject) has no key \(name)")
    }
    return spec
  }
}

/// Keys that mean something to another program alone; they are told of together.
struct ForeignKeys: Sendable {
  /// The keys.
  let names: [String]
  /// What they are, as the end of a sentence that begins with them.
  let reason: String
  /// What to write instead.
  let remedy: String
  /// What else to write where the mapping lacks keys that it must hold; nil to leave that out.
  var lacking: (@Sendable ([String]) -> String)?

  /// What to write instead in a mapping that lacks some keys.
  func remedy(lacking keys: [String]) -> String {
    keys.isEmpty ? remedy : remedy + (lacking?(keys) ?? "")
  }
}

/// Words of other programs for what is called otherwise here.
struct OtherWord: Sendable {
  private let words: [String]
  private let remedy: String

  /// Words in small letters, without `_` and `-`.
  init(_ words: String..., remedy: String) {
    self.words = words
    self.remedy = remedy
  }

  /// What to write instead of a key, however its words are joined; nil for a key of no program.
  static func remedy(for key: String, among words: [OtherWord]) -> String? {
    let bare = key.lowercased().filter { $0 != "_" && $0 != "-" }
    return words.first { $0.words.contains(bare) }?.remedy
  }
}

/// One key of a mapping.
struct KeySpec: Sendable {
  /// The key.
  let name: String
  /// What its value looks like.
  let shape: Shape
  /// One sentence for the JSON Schema, with the unit.
  let summary: String
  /// True when the mapping must hold the key.
  let isRequired: Bool
  /// Keys beside any of which it need not.
  let replacements: [String]

  /// Creates a specification.
  init(
    _ name: String, _ shape: Shape, _ summary: String, isRequired: Bool = false,
    unless replacements: [String] = []
  ) {
    self.name = name
    self.shape = shape
    self.summary = summary
    self.isRequired = isRequired
    self.replacements = replacements
  }
}

/// What a key's value looks like.
indirect enum Shape: Sendable {
  /// Any text.
  case text
  /// A name that may become a file name; see ``SafeName``.
  case name
  /// One of these words.
  case word([String])
  /// `true` or `false`.
  case flag
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// So many whole ones, or a share of one; see ``YAMLValue/amount(name:)``.
  case amount
  /// A finite number above 0.
  case positiveNumber
  /// A list of two numbers, the smaller first.
  case interval
  /// A length of time; see ``Quantity/duration(_:)``.
  case duration
  /// A size in bytes; see ``Quantity/size(_:)``.
  case size
  /// A path on a disk.
  case path
  /// A name as ``name``, or several by ranges; see ``HostRange``.
  case names
  /// An SSH host name, address or alias, or several by ranges; see ``HostRange``.
  case hosts
  /// A user name.
  case user
  /// A list of values of one shape, not empty.
  case list(Shape)
  /// One value of the shape or a list of them.
  case oneOrMore(Shape)
  /// A mapping with a fixed set of keys.
  case mapping(KeyTable)
  /// A mapping from names of resources to how many there are.
  case counts
  /// A mapping from names to values of one shape.
  case dictionary(Shape)
  /// Any of these.
  case either([Shape])
  /// Something that only the workload's parameters define; the schema has it under this name.
  case reference(String)
}
