/// What a job takes or a host has: threads, memory, and whatever else is counted by name, such as `gpu`.
///
/// One value with its arithmetic, so that a new resource is a name in a file rather than a field of
/// many types. Where a file may leave something to others, 0 threads and 0 bytes say so.
public struct Amounts: Hashable, Sendable {
  /// Threads, or the cores that they run on.
  public var threads: Int
  /// Memory, bytes.
  public var memoryBytes: Int
  /// Everything else, ascending by name; none is 0.
  public private(set) var named: [Named]

  /// So many of one resource.
  public struct Named: Hashable, Sendable {
    /// Its name, such as `gpu`.
    public let name: String
    /// How much.
    public let amount: Amount
  }

  /// Creates amounts of what has no name of its own.
  public init(threads: Int = 0, memoryBytes: Int = 0) {
    self.threads = threads
    self.memoryBytes = memoryBytes
    named = []
  }

  /// Creates amounts; those of 0 are left out.
  public init(threads: Int = 0, memoryBytes: Int = 0, named: [String: Amount]) {
    self.init(threads: threads, memoryBytes: memoryBytes)
    self.named = named.filter { $0.value != 0 }.map { Named(name: $0.key, amount: $0.value) }
      .sorted { $0.name < $1.name }
  }

  /// How much there is of a resource; setting 0 removes it.
  public subscript(name: String) -> Amount {
    get { named.first { $0.name == name }?.amount ?? 0 }
    set {
      let place = named.firstIndex { $0.name >= name } ?? named.count
      if place < named.count, named[place].name == name { named.remove(at: place) }
      if newValue != 0 { named.insert(Named(name: name, amount: newValue), at: place) }
    }
  }

  /// Each of both, combined.
  private func combined(
    _ other: Amounts, _ body: (Int, Int) -> Int, _ share: (Amount, Amount) -> Amount
  ) -> Amounts {
    var result = Amounts(
      threads: body(threads, other.threads), memoryBytes: body(memoryBytes, other.memoryBytes))
    guard !named.isEmpty || !other.named.isEmpty else { return result }
    for entry in named { result[entry.name] = share(entry.amount, other[entry.name]) }
    for entry in other.named where self[entry.name] == 0 {
      result[entry.name] = share(0, entry.amount)
    }
    return result
  }

  /// Both together.
  public static func + (left: Amounts, right: Amounts) -> Amounts { left.combined(right, +, +) }
  /// What is left, below 0 where more is taken than there is.
  public static func - (left: Amounts, right: Amounts) -> Amounts { left.combined(right, -, -) }

  /// What is left, 0 where more is taken than there is.
  public func remaining(after taken: Amounts) -> Amounts {
    combined(taken, { max(0, $0 - $1) }, { max(0, $0 - $1) })
  }

  /// The greater of both, each by itself.
  public static func greatest(_ left: Amounts, _ right: Amounts) -> Amounts {
    left.combined(right, max, max)
  }

  /// These, with what they leave at 0 threads or bytes taken from others.
  public func filled(from other: Amounts) -> Amounts {
    var result = self
    if threads == 0 { result.threads = other.threads }
    if memoryBytes == 0 { result.memoryBytes = other.memoryBytes }
    return result
  }

  /// True when there is enough of everything.
  public func fits(in other: Amounts) -> Bool {
    threads <= other.threads && memoryBytes <= other.memoryBytes && namedFit(in: other)
  }

  /// True when there is enough of everything that has a name.
  public func namedFit(in other: Amounts) -> Bool {
    named.allSatisfy { $0.amount <= other[$0.name] }
  }

  /// How many times these fit side by side; nil for any number, when nothing is taken.
  public func multiples(in other: Amounts) -> Int? {
    let pairs = [(threads, other.threads), (memoryBytes, other.memoryBytes)]
    let counts = pairs.compactMap { need, has in need > 0 ? max(0, has) / need : nil }
    return (counts + named.compactMap { $0.amount.multiples(in: other[$0.name]) }).min()
  }

  /// What has a name, in words: `2 gpu`, `0.5 gpu and 3 licence`; empty where nothing has.
  public var namedText: String {
    named.map { "\($0.amount) \($0.name)" }.joined(separator: " and ")
  }
}

extension Amounts: Codable {
  /// The words of what has no name of its own.
  private static let words = ["threads", "memoryBytes"]

  private struct Word: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads one object: `{"threads": 2, "memoryBytes": 1073741824, "gpu": 0.5}`; what is absent is 0.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Word.self)
    let known = try Self.words.map {
      try container.decodeIfPresent(Int.self, forKey: Word(stringValue: $0)) ?? 0
    }
    var named: [String: Amount] = [:]
    for key in container.allKeys where !Self.words.contains(key.stringValue) {
      named[key.stringValue] = try container.decode(Amount.self, forKey: key)
    }
    self.init(threads: known[0], memoryBytes: known[1], named: named)
  }

  /// Writes one object that leaves out what is 0.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Word.self)
    for (word, count) in zip(Self.words, [threads, memoryBytes]) where count != 0 {
      try container.encode(count, forKey: Word(stringValue: word))
    }
    for entry in named { try container.encode(entry.amount, forKey: Word(stringValue: entry.name)) }
  }

  /// What keeps a word from being the name of a resource, as the end of a sentence; nil for none.
  public static func problem(ofName name: String) -> String? {
    let isWord = name.utf8.allSatisfy {
      (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
        || $0 == 45 || $0 == 46 || $0 == 47
    }
    guard isWord, let first = name.utf8.first, !(45...57).contains(first), name.utf8.count <= 64,
      !words.contains(name)
    else { return "is no name of a resource: letters and digits, such as gpu" }
    return nil
  }
}
