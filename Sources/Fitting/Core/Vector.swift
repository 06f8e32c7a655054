/// Up to twelve numbers, one for each parameter of a form, without an allocation.
struct Vector {
  /// The most parameters that a form has (a power law with three breaks).
  static let capacity = 12

  private var storage: InlineArray<12, Double> = InlineArray(repeating: 0)

  init() {}

  init(_ elements: [Double]) {
    for (index, element) in elements.enumerated() { storage[index] = element }
  }

  init(_ elements: InlineArray<12, Double>) { storage = elements }

  init(repeating element: Double) { storage = InlineArray(repeating: element) }

  @inline(__always)
  subscript(index: Int) -> Double {
    get { storage[index] }
    set { storage[index] = newValue }
  }

  func prefix(_ count: Int) -> [Double] { (0..<count).map { storage[$0] } }
}

/// A symmetric matrix of up to twelve rows, by its lower triangle, without an allocation.
struct Symmetric {
  private var storage: InlineArray<78, Double> = InlineArray(repeating: 0)

  init() {}

  /// From the lower triangle, row after row.
  init(_ triangle: InlineArray<78, Double>) { storage = triangle }

  @inline(__always)
  subscript(row: Int, column: Int) -> Double {
    get { storage[Self.place(row, column)] }
    set { storage[Self.place(row, column)] = newValue }
  }

  @inline(__always)
  subscript(packed index: Int) -> Double {
    get { storage[index] }
    set { storage[index] = newValue }
  }

  @inline(__always)
  private static func place(_ row: Int, _ column: Int) -> Int {
    row >= column ? row * (row + 1) / 2 + column : column * (column + 1) / 2 + row
  }

  /// vᵀ A v over the first `count` elements.
  func quadratic(_ v: Vector, _ count: Int) -> Double {
    var sum = 0.0
    for row in 0..<count {
      for column in 0..<count { sum += v[row] * self[row, column] * v[column] }
    }
    return sum
  }
}
