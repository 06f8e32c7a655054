import SweepModel

/// Where every job stands on the axes over which jobs differ. Jobs that differ in their seed only are
/// one point.
struct CostGrid: Sendable {
  let axes: [CostAxis]
  /// What all jobs have in common.
  let common: [String: Value?]
  /// The point of each job.
  private(set) var point: [Int32] = []
  /// The place of each point among each axis' values, point after point.
  private(set) var codes: [Int32] = []
  private(set) var pointCount = 0

  /// Words of an axis with more values are taken for noise.
  private static let mostLevels = 64

  /// - Parameter seeds: Parameters that cost nothing.
  init(_ jobs: [Parameters], seeds: Set<String>) {
    let columns = Columns(jobs, besides: seeds)
    var axes: [CostAxis] = []
    var chosen: [(column: Int, order: [Int32])] = []
    var levels = 0
    var common: [String: Value?] = [:]
    for (index, column) in columns.columns.enumerated() {
      guard let axis = CostAxis(column.name, column.values) else {
        common[column.name] = column.values.first
        continue
      }
      if axis.kind == .levels {
        guard levels + axis.size <= Self.mostLevels else { continue }
        levels += axis.size
      }
      let places = Dictionary(
        uniqueKeysWithValues: axis.values.enumerated().map { ($1, Int32($0)) })
      chosen.append((index, column.values.map { places[$0] ?? 0 }))
      axes.append(axis)
    }
    self.axes = axes
    self.common = common
    point.reserveCapacity(jobs.count)
    var known: [[Int32]: Int32] = [:]
    var last: [Int32] = []
    for job in jobs.indices {
      let own = chosen.map { $0.order[Int(columns.columns[$0.column].codes[job])] }
      if own == last, let before = point.last {
        point.append(before)
        continue
      }
      last = own
      if let place = known[own] {
        point.append(place)
        continue
      }
      known[own] = Int32(pointCount)
      point.append(Int32(pointCount))
      codes += own
      pointCount += 1
    }
  }

  /// The place of a point among each axis' values.
  func codes(of point: Int) -> ArraySlice<Int32> {
    codes[point * axes.count..<(point + 1) * axes.count]
  }

  /// Jobs in an order in which the first ones show the most: the ends of every axis, the middle, one
  /// axis at a time; repetitions last.
  func spread() -> [Int32] {
    let depths = axes.map { CostAxis.depths($0.values.count) }
    let ranks = (0..<pointCount).map { Self.rank(codes(of: $0), depths) }
    var times = Array(repeating: Int32(0), count: pointCount)
    let repetition = point.map { point in
      defer { times[Int(point)] += 1 }
      return times[Int(point)]
    }
    return point.indices.map { Int32($0) }.sorted {
      let (left, right) = (Int($0), Int($1))
      return (repetition[left], ranks[Int(point[left])], left)
        < (repetition[right], ranks[Int(point[right])], right)
    }
  }

  private static func rank(_ codes: ArraySlice<Int32>, _ depths: [[Int]]) -> Int {
    var (low, high, middle, deepest) = (0, 0, 0, 0)
    for (code, depths) in zip(codes, depths) {
      let depth = depths[Int(code)]
      deepest = max(deepest, depth)
      if depth == 1 { middle += 1 }
      guard depth == 0 else { continue }
      if code == 0 { low += 1 } else { high += 1 }
    }
    let all = codes.count
    if deepest > 1 { return 8 + deepest }
    if low == all { return 0 }
    if high == all { return 1 }
    if middle == all { return 2 }
    if high == 1, low == all - 1 { return 3 }
    if low == 1, high == all - 1 { return 4 }
    if middle == 1, low == 0 || high == 0 { return 5 }
    return middle == 0 ? 6 : 7
  }
}

/// The values of all parameters of all jobs, each by its number.
private struct Columns {
  struct Column {
    let name: String
    var values: [Value?] = []
    var numbers: [Value?: Int32] = [:]
    /// One a job.
    var codes: [Int32] = []

    /// The number of a value.
    mutating func code(of value: Value?) -> Int32 {
      // Neighbours in a grid share most values.
      if let last = codes.last, values[Int(last)] == value { return last }
      if let known = numbers[value] { return known }
      numbers[value] = Int32(values.count)
      values.append(value)
      return Int32(values.count - 1)
    }
  }

  private(set) var columns: [Column] = []

  init(_ jobs: [Parameters], besides seeds: Set<String>) {
    var names: Set<String> = []
    for job in jobs {
      for entry in job.entries where !seeds.contains(entry.name) {
        if names.insert(entry.name).inserted { columns.append(Column(name: entry.name)) }
      }
    }
    for job in jobs {
      for index in columns.indices {
        columns[index].codes.append(columns[index].code(of: job[columns[index].name]))
      }
    }
  }
}
