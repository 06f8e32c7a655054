/// Which ones of a host an attempt holds: amounts, and of what has a name the indices.
public struct Allocation: Hashable, Sendable {
  /// How much.
  public var amounts: Amounts
  /// Which ones, ascending by name and index; of a named resource as many as the amounts say, unless
  /// whoever told of the attempt did not know them.
  public private(set) var held: [Held]

  /// One of a named resource, or a share of it.
  public struct Held: Hashable, Sendable, Comparable {
    /// The resource's name, such as `gpu`.
    public let name: String
    /// Which one of the host's, from 0.
    public let index: Int
    /// How much of it: all, unless others may have the rest.
    public let share: Amount

    /// Creates one.
    public init(_ name: String, _ index: Int, share: Amount = 1) {
      self.name = name
      self.index = index
      self.share = share
    }

    /// Order by name, then index.
    public static func < (left: Held, right: Held) -> Bool {
      (left.name, left.index, left.share) < (right.name, right.index, right.share)
    }
  }

  /// Creates an allocation.
  public init(_ amounts: Amounts = Amounts(), held: [Held] = []) {
    self.amounts = amounts
    self.held = held.sorted()
    var sums: [String: Amount] = [:]
    for entry in held { sums[entry.name, default: 0] = sums[entry.name, default: 0] + entry.share }
    for (name, sum) in sums { self.amounts[name] = sum }
  }

  /// What others leave of a host's: the first ones that nobody has, fewer where there are not enough.
  /// A share goes where the least is left that it fits in, so that whole ones stay whole.
  public init(_ amounts: Amounts, of host: Amounts, beside others: Allocation) {
    var held: [Held] = []
    for entry in amounts.named {
      let taken = others.taken(of: entry.name)
      let all = 0..<host[entry.name].count
      let untaken = all.lazy.filter { taken[$0] == nil }
      guard entry.amount.isShare else {
        held += untaken.prefix(entry.amount.count).map { Held(entry.name, $0) }
        continue
      }
      let shared = taken.filter { all.contains($0.key) && $0.value + entry.amount <= 1 }
      let fullest = shared.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
      if let index = fullest?.key ?? untaken.first {
        held.append(Held(entry.name, index, share: entry.amount))
      }
    }
    self.init(amounts, held: held)
  }

  /// How much is taken of each one of a resource, by its index.
  private func taken(of name: String) -> [Int: Amount] {
    var taken: [Int: Amount] = [:]
    for entry in held where entry.name == name {
      taken[entry.index, default: 0] = taken[entry.index, default: 0] + entry.share
    }
    return taken
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

  /// Which ones, in words: `gpu 0, 2`, `0.5 of gpu 1`; empty where nothing has a name.
  public var heldText: String {
    amounts.named.map { entry in
      let indices = indices(of: entry.name).map(String.init).joined(separator: ", ")
      return (entry.amount.isShare ? "\(entry.amount) of " : "") + "\(entry.name) \(indices)"
    }.joined(separator: " and ")
  }
}

extension Amounts {
  /// What a host leaves beside what attempts hold there, as far as one more job can have it.
  ///
  /// Of a named resource that is how many are free as a whole; where none is, the largest share that
  /// one of them has left. So an amount that is not larger, whole or a share, can be given at once,
  /// whatever the sum of scattered parts. Of what is held nobody knows where, whole ones are left out.
  public func room(beside others: Allocation) -> Amounts {
    var room = remaining(after: others.amounts)
    guard
      others.amounts.named.contains(where: { $0.amount.thousandths % Amount.unit != 0 })
        || others.held.contains(where: \.share.isShare)
    else { return room }
    for entry in named { room[entry.name] = others.room(in: entry) }
    return room
  }
}

extension Allocation {
  /// See ``Amounts/room(beside:)``.
  fileprivate func room(in host: Amounts.Named) -> Amount {
    let taken = taken(of: host.name)
    let known = taken.values.reduce(0, +)
    let elsewhere = max(0, amounts[host.name] - known)
    let untaken = host.amount.count - taken.keys.count { (0..<host.amount.count).contains($0) }
    let free = untaken - (elsewhere.thousandths + Amount.unit - 1) / Amount.unit
    if free > 0 { return Amount(free) }
    guard elsewhere == 0 else { return 0 }
    return taken.filter { (0..<host.amount.count).contains($0.key) }
      .map { max(0, 1 - $0.value) }.max() ?? 0
  }
}
