import Glibc

/// Ways in which the rows of a fit may follow or belong to each other, beside their clusters.
struct PointOrder {
  /// Rows of equal number belong together.
  struct Grouping {
    /// The column, or words for what takes its place.
    let name: String
    /// True for a column of the table that the form does not read.
    let isColumn: Bool
    /// An input whose equal values make the groups; nil for others.
    var input: Int?
    let groups: [[Int]]
  }

  let points: [FitPoint]
  let context: FitContext
  private let clusters: [Int]

  init(points: [FitPoint], context: FitContext) {
    self.points = points
    self.context = context
    var numbers: [FitPoint.ClusterKey: Int] = [:]
    clusters = points.map { point in
      let number = numbers[point.clusterKey] ?? numbers.count
      numbers[point.clusterKey] = number
      return number
    }
  }

  /// At most so many groupings are looked at; each is another chance of a false alarm.
  private static let most = 6

  /// The groupings, each of which says something else than those before it.
  var groupings: [Grouping] {
    var found: [Grouping] = []
    var seen: Set<[Int]> = []
    func take(_ name: String, isColumn: Bool, input: Int? = nil, _ values: [Int]) {
      let numbers = canonical(values)
      guard found.count < Self.most, seen.insert(numbers).inserted else { return }
      var groups: [[Int]] = Array(repeating: [], count: (numbers.max() ?? -1) + 1)
      for (row, number) in numbers.enumerated() { groups[number].append(row) }
      guard groups.contains(where: { spansClusters($0) }) else { return }
      found.append(Grouping(name: name, isColumn: isColumn, input: input, groups: groups))
    }
    for column in context.columns where column.values.count == points.count {
      let distinct = Set(column.values).count
      guard distinct > 1, distinct <= points.count / 2 else { continue }
      take(column.name, isColumn: true, column.values)
    }
    let turns = occurrences
    if points.first?.inputs.count == 1 {
      take("the order of the rows", isColumn: false, turns)
    } else {
      for held in (points.first?.inputs ?? []).indices {
        let values = canonical(points.map { $0.inputs[held] })
        guard Set(values).count <= points.count / 3 else { continue }
        let most = (turns.max() ?? 0) + 1
        take(
          context.input(held), isColumn: true, input: held,
          zip(values, turns).map { $0 * most + $1 })
      }
    }
    return found
  }

  /// Which row of its place each row is, from 0, as the rows stand.
  private var occurrences: [Int] {
    var seen: [[Double]: Int] = [:]
    return points.map { point in
      let turn = seen[point.inputs] ?? 0
      seen[point.inputs] = turn + 1
      return turn
    }
  }

  private func canonical(_ values: [some Hashable]) -> [Int] {
    var numbers: [AnyHashable: Int] = [:]
    return values.map { value in
      let number = numbers[value] ?? numbers.count
      numbers[value] = number
      return number
    }
  }

  private func spansClusters(_ rows: [Int]) -> Bool {
    rows.contains { clusters[$0] != clusters[rows[0]] }
  }

  /// Rows of one group next to each other along the input that varies, of different clusters and
  /// places.
  func neighbours(_ grouping: Grouping) -> [(Int, Int)] {
    grouping.groups.flatMap { rows -> [(Int, Int)] in
      guard rows.count > 1, let axis = axis(rows, but: grouping.input) else { return [] }
      let sorted = rows.sorted {
        (points[$0].inputs[axis], $0) < (points[$1].inputs[axis], $1)
      }
      return zip(sorted, sorted.dropFirst()).filter {
        clusters[$0] != clusters[$1] && points[$0].inputs[axis] != points[$1].inputs[axis]
      }.map { ($0, $1) }
    }
  }

  /// Rows of one cluster next to each other along the input that varies, of different places: whoever
  /// named the clusters knows that they are dependent.
  var companions: [(Int, Int)] {
    var groups: [[Int]] = Array(repeating: [], count: (clusters.max() ?? -1) + 1)
    for (row, number) in clusters.enumerated() { groups[number].append(row) }
    return groups.flatMap { rows -> [(Int, Int)] in
      guard rows.count > 1, let axis = axis(rows, but: nil) else { return [] }
      let sorted = rows.sorted {
        (points[$0].inputs[axis], $0) < (points[$1].inputs[axis], $1)
      }
      return zip(sorted, sorted.dropFirst())
        .filter { points[$0].inputs[axis] != points[$1].inputs[axis] }.map { ($0, $1) }
    }
  }

  /// The input with the most values among rows.
  private func axis(_ rows: [Int], but held: Int?) -> Int? {
    let counts = points[rows[0]].inputs.indices.filter { $0 != held }.map { input in
      (input, Set(rows.map { points[$0].inputs[input] }).count)
    }
    return counts.max { $0.1 < $1.1 }.flatMap { $0.1 > 1 ? $0.0 : nil }
  }
}
