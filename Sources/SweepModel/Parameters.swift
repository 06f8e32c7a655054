/// A job's parameters: unique names, each with a value, always in ascending order of name.
///
/// There is no dictionary order anywhere: iteration, equality, hashing and the canonical text
/// depend on the content alone.
public struct Parameters: Hashable, Sendable {
  /// The names and values, ascending by name (Unicode scalar order).
  public private(set) var entries: [Entry]

  /// One named value.
  public struct Entry: Hashable, Sendable {
    /// The parameter's name as the workload's signature spells it.
    public let name: String
    /// Its value.
    public let value: Value

    /// Creates an entry.
    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// Creates parameters from entries in any order; of equal names the last one wins.
  public init(_ entries: [Entry] = []) {
    self.entries = []
    for entry in entries { self[entry.name] = entry.value }
  }

  /// The value of a name; setting nil removes it.
  public subscript(name: String) -> Value? {
    get {
      let index = position(of: name)
      return index < entries.count && entries[index].name == name ? entries[index].value : nil
    }
    set {
      let index = position(of: name)
      let exists = index < entries.count && entries[index].name == name
      switch (newValue, exists) {
      case (let value?, true): entries[index] = Entry(name: name, value: value)
      case (let value?, false): entries.insert(Entry(name: name, value: value), at: index)
      case (nil, true): entries.remove(at: index)
      case (nil, false): break
      }
    }
  }

  private func position(of name: String) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(entries[middle].name, name) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// The order of UTF-8 bytes, which is that of Unicode scalars. Most of the time that a large grid takes
  /// is spent in here.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    let leftText = left.utf8Span
    let rightText = right.utf8Span
    let leftBytes = leftText.span
    let rightBytes = rightText.span
    for index in 0..<min(leftBytes.count, rightBytes.count)
    where leftBytes[index] != rightBytes[index] {
      return leftBytes[index] < rightBytes[index]
    }
    return leftBytes.count < rightBytes.count
  }
}

extension Parameters {
  /// A whole number that the workload's signature guarantees; traps when absent or of another type. A
  /// workload reads its own by a ``ParameterSet``.
  public func integer(_ name: String) -> Int {
    guard case .integer(let value)? = self[name] else {
      preconditionFailure("parameter \(name) is not a whole number")
    }
    return value
  }

  /// A real number that the workload's signature guarantees; traps when absent or of another type.
  public func real(_ name: String) -> Double {
    guard let value = self[name]?.number else {
      preconditionFailure("parameter \(name) is not a number")
    }
    return value
  }

  /// A word that the workload's signature guarantees; traps when absent or of another type.
  public func text(_ name: String) -> String {
    guard case .text(let value)? = self[name] else {
      preconditionFailure("parameter \(name) is not a word")
    }
    return value
  }
}
