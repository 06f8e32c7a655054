import Dispatch
public import Kernels
import Synchronization

/// Threads and kernels that share the work of an analysis.
///
/// Whatever an item computes depends on its number only, and every sum has a fixed order, so results
/// are the same bits for any number of threads and on every instruction set.
public struct Crew: Sendable {
  /// Threads that work, the caller among them.
  public let threads: Int
  /// The operations for this processor.
  public let kernels: KernelSet

  /// Rows that one item of a product takes.
  private static let rowPortion = 64
  /// Samples whose products are added in single precision before they go into a sum in double.
  private static let momentPortion = 512

  /// A crew of `threads` threads, at least 1.
  public init(threads: Int, kernels: KernelSet = .best) {
    precondition(threads > 0, "a crew needs a thread")
    self.threads = threads
    self.kernels = kernels
  }

  /// Does all items, in any order; `worker` is below ``threads`` and names scratch memory.
  public func run(items: Int, _ body: @Sendable (_ item: Int, _ worker: Int) -> Void) {
    let workers = min(threads, items)
    guard workers > 1 else {
      for item in 0..<max(0, items) { body(item, 0) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let item = next.add(1, ordering: .relaxed).oldValue
        guard item < items else { return }
        body(item, worker)
      }
    }
  }

  /// Does all rows below `count` in portions of at most `size`.
  func runRows(
    _ count: Int, by size: Int, _ body: @Sendable (_ rows: Range<Int>, _ worker: Int) -> Void
  ) {
    run(items: (count + size - 1) / size) { item, worker in
      body(item * size..<min(count, (item + 1) * size), worker)
    }
  }

  /// Computes a whole product.
  func multiply(_ product: MatrixProduct) {
    runRows(product.result.rows, by: Self.rowPortion) { rows, _ in
      kernels.multiply(product, rows)
    }
  }

  /// left·right as a new matrix.
  func product(_ left: Matrix, _ right: Matrix) -> Matrix {
    let result = Matrix(rows: left.rows, columns: right.columns)
    multiply(MatrixProduct(left, right, result: result))
    return result
  }

  /// The transpose as a new matrix.
  func transposed(_ matrix: Matrix) -> Matrix {
    let result = Matrix(rows: matrix.columns, columns: matrix.rows)
    runRows(Matrix.padded(matrix.rows), by: 16 * Self.rowPortion) { rows, _ in
      kernels.transpose(MatrixTransposition(matrix, result: result), rows)
    }
    return result
  }

  /// leftᵀ·right, the sum over samples of products of columns, row-major in double precision:
  /// portions of 512 samples are added up in single precision, then all portions in double.
  func moment(_ left: Matrix, _ right: Matrix) -> [Double] {
    precondition(left.rows == right.rows, "moments are of the same samples")
    let (rows, columns) = (left.columns, right.columns)
    let sums = Buffer<Double>(count: rows * columns)
    let scratch = Matrix(rows: rows, columns: columns)
    runRows(rows, by: 16) { part, _ in
      for first in stride(from: 0, to: left.rows, by: Self.momentPortion) {
        let samples = first..<min(left.rows, first + Self.momentPortion)
        kernels.multiply(
          MatrixProduct(
            left.part(samples), transposed: true, right.part(samples), result: scratch), part)
        for row in part {
          for column in 0..<columns {
            sums[row * columns + column] += Double(scratch[row, column])
          }
        }
      }
    }
    return sums.elements(0..<sums.count)
  }
}

extension Matrix {
  /// A matrix of single-precision numbers from row-major ones in double precision.
  init(_ entries: [Double], rows: Int, columns: Int) {
    precondition(entries.count == rows * columns, "the numbers do not fill the matrix")
    self.init(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = Float(entries[row * columns + column]) }
    }
  }

  /// The same numbers in a buffer of their own.
  public func copied() -> Matrix { selecting(Array(0..<rows)) }

  /// Some rows, in the order in which they are named, as a matrix of its own.
  func selecting(_ places: [Int]) -> Matrix {
    let result = Matrix(rows: places.count, columns: columns)
    for (row, place) in places.enumerated() {
      for column in 0..<columns { result[row, column] = self[place, column] }
    }
    return result
  }

  /// The sum of a row's squares.
  func square(row: Int) -> Double {
    var sum = 0.0
    for column in 0..<columns { sum += Double(self[row, column]) * Double(self[row, column]) }
    return sum
  }
}
