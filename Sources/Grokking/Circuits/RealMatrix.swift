/// Rows of numbers in double precision, each padded with zeros to whole vectors of eight.
public struct RealMatrix: Sendable, Hashable {
  /// Rows and columns.
  public let rows, columns: Int
  /// Numbers from one row's first to the next one's.
  let stride: Int
  private(set) var entries: [Double]

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
    self.rows = rows
    self.columns = columns
    stride = (columns + 7) / 8 * 8
    entries = Array(repeating: 0, count: rows * stride)
  }

  /// Takes `rows × columns` numbers, row-major.
  public init(rows: Int, columns: Int, _ numbers: some Collection<Float>) {
    self.init(rows: rows, columns: columns)
    precondition(numbers.count == rows * columns, "a matrix has rows × columns numbers")
    var (row, column) = (0, 0)
    for number in numbers {
      entries[row * stride + column] = Double(number)
      column += 1
      if column == columns { (row, column) = (row + 1, 0) }
    }
  }

  /// The number at a place.
  public subscript(row: Int, column: Int) -> Double {
    get { entries[row * stride + column] }
    set { entries[row * stride + column] = newValue }
  }

  /// The numbers of a row.
  public func row(_ row: Int) -> ArraySlice<Double> {
    entries[row * stride..<row * stride + columns]
  }

  /// Columns as rows.
  public var transposed: RealMatrix {
    var result = RealMatrix(rows: columns, columns: rows)
    for row in 0..<rows { for column in 0..<columns { result[column, row] = self[row, column] } }
    return result
  }

  /// Its first rows.
  func first(_ count: Int) -> RealMatrix {
    var result = RealMatrix(rows: count, columns: columns)
    result.entries = Array(entries.prefix(count * stride))
    return result
  }

  /// Sum of all squares.
  public var squareSum: Double { entries.reduce(0) { $0 + $1 * $1 } }

  /// Adds a row to every row.
  mutating func add(toRows numbers: some Collection<Double>) {
    precondition(numbers.count == columns, "a row has as many numbers as there are columns")
    for row in 0..<rows {
      var place = row * stride
      for number in numbers {
        entries[place] += number
        place += 1
      }
    }
  }

  /// Adds a matrix of the same shape.
  mutating func add(_ other: RealMatrix) {
    precondition(other.rows == rows && other.columns == columns, "the shapes differ")
    for place in entries.indices { entries[place] += other.entries[place] }
  }

  /// Replaces what is negative by zero.
  mutating func rectify() {
    for place in entries.indices where entries[place] < 0 { entries[place] = 0 }
  }

  /// This one times the transpose of another, `rows × other.rows`. Each number is summed in the order of
  /// the columns.
  public func timesTransposed(_ other: RealMatrix) -> RealMatrix {
    precondition(columns == other.columns, "both have as many columns")
    var result = RealMatrix(rows: rows, columns: other.rows)
    var panel = [SIMD8<Double>](repeating: .zero, count: columns)
    for first in Swift.stride(from: 0, to: other.rows, by: 8) {
      for column in 0..<columns {
        for lane in 0..<min(8, other.rows - first) {
          panel[column][lane] = other[first + lane, column]
        }
      }
      result.fill(from: first, with: self, panel)
      for column in 0..<columns { panel[column] = .zero }
    }
    return result
  }

  /// Eight columns of a product, whose right factor's are in `panel`.
  private mutating func fill(from first: Int, with left: RealMatrix, _ panel: [SIMD8<Double>]) {
    let (count, leftStride, ownStride) = (left.columns, left.stride, stride)
    let rows = rows
    unsafe left.entries.withUnsafeBufferPointer { numbers in
      unsafe panel.withUnsafeBufferPointer { panel in
        unsafe entries.withUnsafeMutableBufferPointer { result in
          for row in Swift.stride(from: 0, to: rows, by: 2) {
            let place = row * leftStride
            let next = row + 1 < rows ? place + leftStride : place
            var sums = (SIMD8<Double>.zero, SIMD8<Double>.zero)
            for column in 0..<count {
              let lanes = unsafe panel[column]
              unsafe sums.0 += lanes * numbers[place + column]
              unsafe sums.1 += lanes * numbers[next + column]
            }
            for lane in 0..<8 {
              unsafe result[row * ownStride + first + lane] = sums.0[lane]
              if row + 1 < rows {
                unsafe result[(row + 1) * ownStride + first + lane] = sums.1[lane]
              }
            }
          }
        }
      }
    }
  }
}
