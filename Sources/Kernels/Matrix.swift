/// A matrix of single-precision numbers within a buffer, row-major. Rows begin at whole vectors of
/// 16 numbers, the rest of the last vector is padding.
public struct Matrix: Sendable {
  /// Where the numbers are.
  public var buffer: Buffer<Float>
  /// The place of the first number in the buffer, a multiple of 16.
  public var offset: Int
  /// Rows.
  public var rows: Int
  /// Numbers of a row that count.
  public var columns: Int

  /// Names a part of a buffer.
  public init(_ buffer: Buffer<Float>, offset: Int = 0, rows: Int, columns: Int) {
    precondition(offset % 16 == 0 && offset >= 0 && rows >= 0 && columns >= 0, "no such matrix")
    self.buffer = buffer
    self.offset = offset
    self.rows = rows
    self.columns = columns
    precondition(offset + rows * stride <= buffer.count, "the matrix does not fit its buffer")
  }

  /// Creates a matrix of zeros with a buffer of its own, which has room for `rows` rounded up to a
  /// multiple of 16.
  public init(rows: Int, columns: Int) {
    let room = Self.padded(rows) * Self.padded(columns)
    self.init(Buffer(count: room), rows: rows, columns: columns)
  }

  /// A number rounded up to a multiple of 16.
  public static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  /// Floats from one row to the next.
  public var stride: Int { Self.padded(columns) }
  /// Vectors of a row.
  public var vectors: Int { stride / 16 }

  /// The places of some rows in the buffer, with their padding.
  public func places(_ rows: Range<Int>) -> Range<Int> {
    offset + rows.lowerBound * stride..<offset + rows.upperBound * stride
  }

  /// Fills a row with bytes from place `first` on, each times a factor.
  public func fill(row: Int, from bytes: Buffer<UInt8>, first: Int, scale: Float) {
    precondition(
      (0..<rows).contains(row) && first >= 0 && first + columns <= bytes.count,
      "bytes outside the buffer")
    let (source, target) = (bytes.base + first, buffer.base + offset + row * stride)
    for column in 0..<columns { target[column] = Float(source[column]) * scale }
  }

  /// Some rows as a matrix of their own in the same buffer.
  public func part(_ rows: Range<Int>) -> Matrix {
    Matrix(buffer, offset: places(rows).lowerBound, rows: rows.count, columns: columns)
  }

  /// One element.
  public subscript(row: Int, column: Int) -> Float {
    get { buffer[offset + row * stride + column] }
    nonmutating set { buffer[offset + row * stride + column] = newValue }
  }
}

/// result = starts + left·right, or starts + leftᵀ·right, where `starts` gives each row its own
/// number; or result += left·right. Every element adds its products one after the other in ascending order, so any split into
/// rows gives the same bits. Padding columns of the result receive what padding columns of the right
/// factor give.
public struct MatrixProduct: Sendable {
  /// The left factor, `rows × terms`, or `terms × rows` when transposed.
  public var left: Matrix
  /// True when the left factor is transposed.
  public var isLeftTransposed: Bool
  /// The right factor, `terms × columns`.
  public var right: Matrix
  /// What each row's sums begin with, from place `startsOffset` on; nil for zeros.
  public var starts: Buffer<Float>?
  /// The first of those places.
  public var startsOffset: Int
  /// Receives the product, `rows × columns`.
  public var result: Matrix
  /// True to add the products to what the result holds.
  public var accumulates = false

  /// Names the operands; traps unless their shapes agree.
  public init(
    _ left: Matrix, transposed: Bool = false, _ right: Matrix, starts: Buffer<Float>? = nil,
    startsOffset: Int = 0, result: Matrix, accumulates: Bool = false
  ) {
    let (rows, terms) = transposed ? (left.columns, left.rows) : (left.rows, left.columns)
    precondition(
      rows == result.rows && terms == right.rows && right.columns == result.columns,
      "the shapes of a product disagree")
    self.left = left
    isLeftTransposed = transposed
    self.right = right
    self.starts = starts
    self.startsOffset = startsOffset
    self.result = result
    self.accumulates = accumulates
  }

  /// Floats between the left factor's elements of neighbouring rows.
  var leftRow: Int { isLeftTransposed ? 1 : left.stride }
  /// Floats between the left factor's elements of neighbouring terms.
  var leftTerm: Int { isLeftTransposed ? left.stride : 1 }
}

/// A matrix and where its transpose goes. Whole squares of 16 × 16 are moved: both have room for
/// their rows rounded up to a multiple of 16.
public struct MatrixTransposition: Sendable {
  /// The matrix, `rows × columns`.
  public var source: Matrix
  /// Receives the transpose, `columns × rows`.
  public var result: Matrix

  /// Names the operands; traps unless their shapes agree.
  public init(_ source: Matrix, result: Matrix) {
    precondition(
      source.rows == result.columns && source.columns == result.rows, "the shapes disagree")
    for matrix in [source, result] {
      precondition(
        matrix.offset + Matrix.padded(matrix.rows) * matrix.stride <= matrix.buffer.count,
        "a transposition needs room for whole squares")
    }
    self.source = source
    self.result = result
  }
}

/// Gradients of an activation's values, which become those of its arguments in place.
public struct ActivationGradients: Sendable {
  /// The activation.
  public var activation: Activation
  /// Where its derivative is taken: its values, or its arguments where the values do not determine it.
  public var points: Buffer<Float>
  /// The gradients.
  public var gradients: Buffer<Float>

  /// Names the operands.
  public init(_ activation: Activation, points: Buffer<Float>, gradients: Buffer<Float>) {
    self.activation = activation
    self.points = points
    self.gradients = gradients
  }
}
