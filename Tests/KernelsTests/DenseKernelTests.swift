import Glibc
import Kernels
import Testing

/// Products, transposes and activations of every set against their definition.
@Suite struct DenseKernelTests {
  static let names = KernelSetTests.names

  struct Shape: Sendable, CustomStringConvertible {
    var rows: Int
    var terms: Int
    var columns: Int
    var description: String { "\(rows) × \(terms) × \(columns)" }
  }

  static let shapes =
    (1...20).map { Shape(rows: $0, terms: 2 * $0 + 1, columns: 7 * $0) }
    + [
      Shape(rows: 3, terms: 0, columns: 5), Shape(rows: 200, terms: 200, columns: 45),
      Shape(rows: 10, terms: 784, columns: 100), Shape(rows: 33, terms: 513, columns: 64),
    ]

  private func matrix(_ rows: Int, _ columns: Int, stream: UInt32) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    signedDraws(matrix.buffer, stream: stream)
    return matrix
  }

  /// The product of random matrices, rows in two ranges.
  private func product(_ shape: Shape, _ kernels: KernelSet, transposed: Bool) -> Matrix {
    let left =
      transposed
      ? matrix(shape.terms, shape.rows, stream: 1) : matrix(shape.rows, shape.terms, stream: 1)
    let right = matrix(shape.terms, shape.columns, stream: 2)
    let starts = Buffer<Float>(count: shape.rows + 16)
    signedDraws(starts, stream: 3)
    let result = matrix(shape.rows, shape.columns, stream: 4)
    let operands = MatrixProduct(
      left, transposed: transposed, right, starts: transposed ? nil : starts,
      startsOffset: transposed ? 0 : 16, result: result, accumulates: transposed)
    for range in [0..<shape.rows / 3, shape.rows / 3..<shape.rows] {
      kernels.multiply(operands, range)
    }
    return result
  }

  @Test(arguments: shapes, names)
  func product_ofEverySet_isTheReferencesWithThePortableBits(shape: Shape, name: String) throws {
    let kernels = try KernelSetTests.set(name)
    for transposed in [false, true] {
      let found = product(shape, kernels, transposed: transposed)
      let expected = product(shape, .reference, transposed: transposed)
      // 784 roundings at 2⁻²⁴ of partial sums up to about 3·√(784/9): a random walk of 5·10⁻⁵.
      for row in 0..<shape.rows {
        for column in 0..<shape.columns {
          #expect(abs(found[row, column] - expected[row, column]) < 1e-4)
        }
      }
      let portable = product(shape, .portable, transposed: transposed)
      let places = found.places(0..<shape.rows)
      #expect(found.buffer.elements(places) == portable.buffer.elements(places))
    }
  }

  @Test(arguments: names)
  func transpose_ofEverySet_movesEveryElement(name: String) throws {
    let source = matrix(37, 70, stream: 5)
    let result = Matrix(rows: 70, columns: 37)
    for range in [16..<48, 0..<16] {
      try KernelSetTests.set(name).transpose(MatrixTransposition(source, result: result), range)
    }
    for row in 0..<37 {
      for column in 0..<70 { #expect(result[column, row] == source[row, column]) }
    }
  }

  @Test(arguments: names, Activation.allCases)
  func activation_ofEverySet_agreesWithItsDefinition(name: String, activation: Activation) throws {
    let kernels = try KernelSetTests.set(name)
    let arguments = Buffer<Float>(count: 20_000)
    for place in 0..<10_000 { arguments[place] = Float(place - 5000) / 400 }
    for place in 10_000..<20_000 { arguments[place] = Float(place - 15_000) * 1e-7 }
    func values(_ kernels: KernelSet) -> Buffer<Float> {
      let values = Buffer<Float>(count: 20_000)
      kernels.activate(activation, arguments, values, 0..<20_000)
      return values
    }
    func gradients(_ kernels: KernelSet, _ values: Buffer<Float>) -> [Float] {
      let gradients = Buffer<Float>(count: 20_000)
      gradients.fill(0..<20_000, with: 0.75)
      kernels.differentiate(
        ActivationGradients(
          activation, points: activation.isDifferentiatedFromValue ? values : arguments,
          gradients: gradients), 16..<20_000)
      return gradients.elements(0..<20_000)
    }
    let (found, expected, portable) = (values(kernels), values(.reference), values(.portable))
    #expect(found.elements(0..<20_000) == portable.elements(0..<20_000))
    for place in 0..<20_000 {
      // Relative, which holds for tiny arguments too; the square that GELU's tail is the exponential
      // of has a relative rounding.
      let square = activation == .gelu ? arguments[place] * arguments[place] : 0
      #expect(
        abs(found[place] - expected[place]) <= 5e-7 * (1 + square / 8) * abs(expected[place]))
    }
    let slopes = gradients(kernels, found)
    #expect(slopes == gradients(.portable, portable))
    for (slope, other) in zip(slopes, gradients(.reference, found)) {
      #expect(abs(slope - other) < 2e-7)
    }
  }

  @Test(arguments: names) func gelu_farFromZero_isItsArgumentOrZero(name: String) throws {
    let values = Buffer<Float>(count: 16)
    for (place, size) in [14, 100, 1e10, 1e30].enumerated() {
      (values[2 * place], values[2 * place + 1]) = (Float(size), Float(-size))
    }
    let arguments = values.elements(0..<16)
    try KernelSetTests.set(name).activate(.gelu, values, values, 0..<16)
    #expect(values.elements(0..<16) == arguments.map { max(0, $0) })
  }

  @Test func tanh_againstTheLibrary_isRightEverywhere() {
    let values = Buffer<Float>(count: 64_000)
    let arguments = (0..<64_000).map { Float($0 - 32_000) / 3000 }
    for (place, argument) in arguments.enumerated() { values[place] = argument }
    KernelSet.portable.activate(.tanh, values, values, 0..<64_000)
    for (place, argument) in arguments.enumerated() {
      let expected = Float(tanh(Double(argument)))
      #expect(abs(values[place] - expected) <= 5e-7 * abs(expected), "tanh \(argument)")
    }
  }
}
