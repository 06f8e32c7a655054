/// The observations in columns, four to a block: what a curve reads and what it is compared with.
///
/// A column is a logarithm of an input or a difference of such (see ``CurveModel``), centred or
/// not. The last block is filled up with copies of the last point of zero weight: at any other place a
/// curve may not be defined, and 0 times NaN is NaN.
struct Sample {
  /// `columnCount` × `blockCount` blocks, column after column.
  private(set) var columns: [Block]
  /// ln y − ln s with the scale s of the problem.
  private(set) var logY: [Block]
  /// The points' weights.
  private(set) var weights: [Block]
  /// The least residual of every point: −∞, and 0 where y is an upper bound only.
  private(set) var floors: [Block]
  /// Observations.
  private(set) var count: Int
  /// Columns.
  let columnCount: Int
  private let stride: Int

  var blockCount: Int { (count + 3) / 4 }

  init(
    columns: [[Double]], logY: [Double], weights: [Double], areUpperBounds: [Bool]? = nil
  ) {
    let blocks = (logY.count + 3) / 4
    self.count = logY.count
    self.columnCount = columns.count
    self.stride = blocks
    self.columns = Array(repeating: Block(), count: blocks * columns.count)
    self.logY = Array(repeating: Block(), count: blocks)
    self.weights = Array(repeating: Block(), count: blocks)
    self.floors = Array(repeating: Block(repeating: -.infinity), count: blocks)
    for index in logY.indices {
      for (column, values) in columns.enumerated() {
        self.columns[column * blocks + index / 4][index % 4] = values[index]
      }
      self.logY[index / 4][index % 4] = logY[index]
      self.weights[index / 4][index % 4] = weights[index]
      if areUpperBounds?[index] == true { floors[index / 4][index % 4] = 0 }
    }
    fill()
  }

  /// The block of a column.
  @inline(__always)
  func column(_ column: Int, _ block: Int) -> Block { columns[column * stride + block] }

  /// One input of one point.
  func value(_ column: Int, of point: Int) -> Double { self.column(column, point / 4)[point % 4] }

  /// ln y − ln s of one point.
  func logY(of point: Int) -> Double { logY[point / 4][point % 4] }

  /// The weight of one point.
  func weight(of point: Int) -> Double { weights[point / 4][point % 4] }

  /// The least residual of one point.
  func floor(of point: Int) -> Double { floors[point / 4][point % 4] }

  /// Takes the points of `whole` that were drawn, their weights times `multiplicity`; keeps the
  /// memory that it has, which must be as large as that of `whole`.
  mutating func take(from whole: Sample, multiplicity: [Double]) {
    var taken = 0
    for point in 0..<whole.count where multiplicity[point] > 0 {
      let (block, lane) = (taken / 4, taken % 4)
      for column in 0..<columnCount {
        columns[column * stride + block][lane] = whole.value(column, of: point)
      }
      logY[block][lane] = whole.logY(of: point)
      weights[block][lane] = whole.weight(of: point) * multiplicity[point]
      floors[block][lane] = whole.floor(of: point)
      taken += 1
    }
    count = taken
    fill()
  }

  /// Fills up the last block.
  private mutating func fill() {
    guard count % 4 > 0 else { return }
    let (block, last) = (count / 4, count % 4 - 1)
    for lane in last + 1..<4 {
      for column in 0..<columnCount {
        columns[column * stride + block][lane] = columns[column * stride + block][last]
      }
      logY[block][lane] = logY[block][last]
      weights[block][lane] = 0
      floors[block][lane] = floors[block][last]
    }
  }
}
