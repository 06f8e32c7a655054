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
    /// How many.
    public let count: Int
  }

  /// Creates amounts of what has no name of its own.
  public init(threads: Int = 0, memoryBytes: Int = 0) {
    self.threads = threads
    self.memoryBytes = memoryBytes
    named = []
  }

  /// Creates amounts; counts of 0 are left out.
  public init(threads: Int = 0, memoryBytes: Int = 0, named: [String: Int]) {
    self.init(threads: threads, memoryBytes: memoryBytes)
    self.named = named.filter { $0.value != 0 }.map { Named(name: $0.key, count: $0.value) }
      .sorted { $0.name < $1.name }
  }

  /// How many there are of a resource; setting 0 removes it.
  public subscript(name: String) -> Int {
    get { named.first { $0.name == name }?.count ?? 0 }
    set {
      let place = named.firstIndex { $0.name >= name } ?? named.count
      if place < named.count, named[place].name == name { named.remove(at: place) }
      if newValue != 0 { named.insert(Named(name: name, count: newValue), at: place) }
    }
  }

  /// Each of both, combined.
  private func combined(_ other: Amounts, _ body: (Int, Int) -> Int) -> Amounts {
    var result = Amounts(
      threads: body(threads, other.threads), memoryBytes: body(memoryBytes, other.memoryBytes))
    guard !named.isEmpty || !other.named.isEmpty else { return result }
    for entry in named { result[entry.name] = body(entry.count, other[entry.name]) }
    for entry in other.named where self[entry.name] == 0 {
      result[entry.name] = body(0, entry.count)
    }
    return result
  }

  /// Both together.
  public static func + (left: Amounts, right: Amounts) -> Amounts { left.combined(right, +) }
  /// What is left, below 0 where more is taken than there is.
  public static func - (left: Amounts, right: Amounts) -> Amounts { left.combined(right, -) }

  /// What is left, 0 where more is taken than there is.
  public func remaining(after taken: Amounts) -> Amounts { combined(taken) { max(0, $0 - $1) } }

  /// The greater of both, each by itself.
  public static func greatest(_ left: Amounts, _ right: Amounts) -> Amounts {
    left.combined(right, max)
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
    named.allSatisfy { $0.count <= other[$0.name] }
  }

  /// How many times these fit side by side; nil for any number, when nothing is taken.
  public func multiples(in other: Amounts) -> Int? {
    let pairs = [(threads, other.threads), (memoryBytes, other.memoryBytes)]
    return (pairs + named.map { ($0.count, other[$0.name]) })
      .compactMap { need, has in need > 0 ? max(0, has) / need : nil }.min()
  }

  /// What has a name, in words: `2 gpu`, `1 gpu and 3 licence`; empty where nothing has.
  public var namedText: String {
    named.map { "\($0.count) \($0.name)" }.joined(separator: " and ")
  }
}

/// Which ones of a host an attempt holds: amounts, and of what has a name the indices.
public struct Allocation: Hashable, Sendable {
  /// How much.
  public var amounts: Amounts
  /// Which ones, ascending by name and index; of a named resource as many as the amounts say, unless
  /// whoever told of the attempt did not know them.
  public private(set) var held: [Held]

  /// One of a named resource.
  public struct Held: Hashable, Sendable, Comparable {
    /// The resource's name, such as `gpu`.
    public let name: String
    /// Which one of the host's, from 0.
    public let index: Int

    /// Creates one.
    public init(_ name: String, _ index: Int) {
      self.name = name
      self.index = index
    }

    /// Order by name, then index.
    public static func < (left: Held, right: Held) -> Bool {
      (left.name, left.index) < (right.name, right.index)
    }
  }

  /// Creates an allocation.
  public init(_ amounts: Amounts = Amounts(), held: [Held] = []) {
    self.amounts = amounts
    self.held = held.sorted()
    var counts: [String: Int] = [:]
    for entry in held { counts[entry.name, default: 0] += 1 }
    for (name, count) in counts { self.amounts[name] = count }
  }

  /// The first ones of a host that others leave; fewer where there are not enough.
  public init(_ amounts: Amounts, of host: Amounts, beside others: Allocation) {
    let taken = Set(others.held)
    let held = amounts.named.flatMap { entry in
      (0..<host[entry.name]).lazy.map { Held(entry.name, $0) }
        .filter { !taken.contains($0) }.prefix(entry.count)
    }
    self.init(amounts, held: held)
  }

  /// The indices of one resource, ascending.
  public func indices(of name: String) -> [Int] { held.filter { $0.name == name }.map(\.index) }

  /// Adds what another one holds.
  public static func += (left: inout Allocation, right: Allocation) {
    left.amounts = left.amounts + right.amounts
    if !right.held.isEmpty { left.held = (left.held + right.held).sorted() }
  }

  /// Takes away what another one holds.
  public static func -= (left: inout Allocation, right: Allocation) {
    left.amounts = left.amounts - right.amounts
    guard !right.held.isEmpty else { return }
    var gone = Set(right.held)
    left.held.removeAll { gone.remove($0) != nil }
  }

  /// Which ones, in words: `gpu 0, 2`; empty where nothing has a name.
  public var heldText: String {
    amounts.named.map(\.name).map { name in
      "\(name) \(indices(of: name).map(String.init).joined(separator: ", "))"
    }.joined(separator: " and ")
  }
}

extension Amounts: Codable {
  /// The words of what has no name of its own.
  private static let words = ["threads", "memoryBytes"]

  /// Reads one object: `{"threads": 2, "memoryBytes": 1073741824, "gpu": 1}`; what is absent is 0.
  public init(from decoder: any Decoder) throws {
    var counts = try [String: Int](from: decoder)
    let known = Self.words.map { counts.removeValue(forKey: $0) ?? 0 }
    self.init(threads: known[0], memoryBytes: known[1], named: counts)
  }

  /// Writes one object that leaves out what is 0.
  public func encode(to encoder: any Encoder) throws {
    var counts = Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.count) })
    for (word, count) in zip(Self.words, [threads, memoryBytes]) where count != 0 {
      counts[word] = count
    }
    try counts.encode(to: encoder)
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
