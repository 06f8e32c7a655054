import Glibc

/// The frequencies of functions on Z_p for an odd p: unit vectors cos(2πkx/p)·√(2/p) and
/// sin(2πkx/p)·√(2/p), k = 1 … (p − 1)/2, beside the constant 1/√p (arXiv:2301.05217, section 4).
public struct FourierBasis: Sendable {
  /// The modulus.
  public let modulus: Int
  /// cos(2πx/p) and sin(2πx/p), x = 0 … p − 1.
  private let cosines, sines: [Double]

  /// The basis of an odd modulus of at least 3.
  public init(_ modulus: Int) {
    precondition(modulus >= 3 && modulus % 2 == 1, "frequencies come in pairs for odd moduli")
    self.modulus = modulus
    let angles = (0..<modulus).map { 2 * Double.pi * Double($0) / Double(modulus) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// All frequencies, 1 … (p − 1)/2.
  public var frequencies: ClosedRange<Int> { 1...(modulus - 1) / 2 }

  /// cos(2πkx/p) for any whole x.
  func cosine(_ frequency: Int, _ x: Int) -> Double { cosines[place(frequency * x)] }

  /// sin(2πkx/p) for any whole x.
  func sine(_ frequency: Int, _ x: Int) -> Double { sines[place(frequency * x)] }

  private func place(_ x: Int) -> Int { (x % modulus + modulus) % modulus }

  /// The basis as rows, `p × p`: the constant, then cosine and sine of each frequency.
  public var rows: RealMatrix {
    var rows = RealMatrix(rows: modulus, columns: modulus)
    let (constant, wave) = (1 / Double(modulus).squareRoot(), (2 / Double(modulus)).squareRoot())
    for x in 0..<modulus {
      rows[0, x] = constant
      for frequency in frequencies {
        rows[2 * frequency - 1, x] = wave * cosine(frequency, x)
        rows[2 * frequency, x] = wave * sine(frequency, x)
      }
    }
    return rows
  }

  /// The norm of each component of functions on Z_p that stand in a matrix's rows, `any × p`.
  func norms(ofRows functions: RealMatrix) -> [Double] {
    let components = functions.timesTransposed(rows)
    return (0..<modulus).map { component in
      (0..<components.rows).reduce(0) { sum, row in
        sum + components[row, component] * components[row, component]
      }.squareRoot()
    }
  }
}

/// The Gini coefficient 2Σ i·x₍ᵢ₎ ∕ (nΣx) − (n + 1)/n of numbers that are not negative, x ascending: 0 where
/// all are equal, near 1 where few hold everything; 0 where all are 0.
public func giniCoefficient(_ numbers: [Double]) -> Double {
  let total = numbers.reduce(0, +)
  guard total > 0 else { return 0 }
  let count = Double(numbers.count)
  let weighted = numbers.sorted().enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
  return 2 * weighted / (count * total) - (count + 1) / count
}
