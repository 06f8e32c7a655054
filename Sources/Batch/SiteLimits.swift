import SweepModel

/// What a batch system tells of its partitions or queues, and of what a person may have there.
struct SiteLimits: Hashable {
  /// Machines of one kind.
  struct Nodes: Hashable {
    var count: Int
    /// 0 where nothing tells.
    var has = Amounts()
    /// The state in which they take nothing; empty where they do.
    var away = ""
  }

  /// A partition or queue.
  struct Place: Hashable {
    let name: String
    var isUsual = false
    /// The state in which it begins nothing; empty where it does.
    var closed = ""
    /// The longest time of an allocation; nil where nothing limits it.
    var seconds: Int?
    /// The most cores and memory of an allocation; 0 where nothing limits them.
    var most = Amounts()
    /// Values of a pool's keys without which it takes nothing.
    var allowed: [String: [String]] = [:]
    var nodes: [Nodes] = []
  }

  /// What a person may have in one of some roles, such as an account.
  struct Role: Hashable {
    /// The values of a pool's keys that make it.
    var allowed: [String: [String]]
    /// The most allocations at once; nil where nothing limits them.
    var jobs: Int?
  }

  private(set) var places: [Place] = []
  private(set) var roles: [Role] = []
  /// The most elements of an array; nil where nothing tells.
  private(set) var largestArray: Int?

  /// Takes in what a command has answered; what cannot be read tells nothing.
  mutating func read(_ output: String, of inquiry: BatchSystem.Inquiry, keys: [String]) {
    let patterns = inquiry.entry.compactMap { try? Regex($0) }
    for record in AnswerReader.records(output, begins: inquiry.begins) {
      take(AnswerReader.fields(of: record, patterns), keys)
    }
  }

  private mutating func take(_ fields: [String: String], _ keys: [String]) {
    let fact = { (fact: BatchSystem.Fact) in fields[fact.rawValue] }
    if let size = fact(.array).flatMap({ Int($0) }) { largestArray = size }
    let allowed = fields.filter { keys.contains($0.key) && !$0.value.isEmpty }.mapValues {
      $0.split(separator: ",").map(String.init)
    }
    guard let name = fact(.place) else {
      if !allowed.isEmpty {
        roles.append(Role(allowed: allowed, jobs: fact(.jobs).flatMap { Int($0) }))
      }
      return
    }
    let index = places.firstIndex { $0.name == name } ?? places.count
    if index == places.count { places.append(Place(name: name)) }
    var amounts = Amounts(
      threads: fact(.cores).flatMap { Int($0) } ?? 0,
      memoryBytes: fact(.memory).flatMap(Self.bytes) ?? 0)
    amounts[Device.resource] = Amount(fact(.gpus).flatMap { Int($0) } ?? 0)
    if let count = fact(.nodes).flatMap({ Int($0) }) {
      places[index].nodes.append(Nodes(count: count, has: amounts, away: fact(.away) ?? ""))
    } else {
      places[index].most = amounts.filled(from: places[index].most)
    }
    places[index].allowed.merge(allowed) { $1 }
    if fact(.usual) != nil { places[index].isUsual = true }
    if let closed = fact(.closed) { places[index].closed = closed }
    if let seconds = fact(.time).flatMap(Self.seconds) { places[index].seconds = seconds }
  }

  /// `2-12:00:00`, `12:00:00`, `30:00`, or seconds.
  static func seconds(_ text: String) -> Int? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let clock = parts.last?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    let numbers = clock.compactMap { Int($0) }
    guard (1...2).contains(parts.count), numbers.count == clock.count, numbers.count <= 3,
      numbers.allSatisfy({ (0...100_000_000).contains($0) })
    else { return nil }
    guard parts.count == 2 else { return numbers.reduce(0) { 60 * $0 + $1 } }
    guard let days = Int(parts[0]), (0...100_000).contains(days) else { return nil }
    // Hours come first behind days.
    return 86_400 * days + zip([3600, 60, 1], numbers).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// `4000` MiB, `32gb`, `1T`.
  static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isNumber }
    guard let number = Int(digits), number >= 0 else { return nil }
    let unit = text.dropFirst(digits.count).lowercased().filter { $0 != "i" }
    let shifts = [
      "": 20, "b": 0, "k": 10, "kb": 10, "m": 20, "mb": 20, "g": 30, "gb": 30, "t": 40, "tb": 40,
    ]
    guard let shift = shifts[unit], number <= Int.max >> shift else { return nil }
    return number << shift
  }
}
