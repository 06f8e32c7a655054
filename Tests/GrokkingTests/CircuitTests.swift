import Foundation
import Testing

@testable import Grokking

/// What is measured of a network that adds modulo p, where the truth is known.
@Suite struct CircuitTests {
  private static let p = 13
  private static let basis = FourierBasis(p)

  /// Logits a·cos(2πk(x + y − c)/p), and `noise` of its own for every pair and output.
  private static func logits(_ parts: [(k: Int, a: Double)], noise: Double = 0) -> RealMatrix {
    var logits = RealMatrix(rows: p * p, columns: p)
    for x in 0..<p {
      for y in 0..<p {
        for c in 0..<p {
          let wave = parts.reduce(0.0) {
            $0 + $1.a * cos(2 * .pi * Double($1.k * (x + y - c)) / Double(p))
          }
          // A function of the pair that has no part along x + y.
          let own = sin(Double(x * y * y) + 0.7 * Double(c * x) + 1.3 * Double(y))
          logits[x * p + y, c] = wave + noise * own
        }
      }
    }
    return logits
  }

  private func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  @Test func basis_isOrthonormal() {
    let rows = Self.basis.rows
    let products = rows.timesTransposed(rows)
    for i in 0..<Self.p {
      for j in 0..<Self.p { #expect(isNear(products[i, j], i == j ? 1 : 0)) }
    }
  }

  /// Whatever the sizes are beside the vectors that hold the numbers.
  @Test(arguments: [(1, 1, 1), (3, 5, 9), (7, 16, 8), (2, 17, 23)])
  func product_isThatOfTheDefinition(rows: Int, inner: Int, columns: Int) {
    var (left, right) = (
      RealMatrix(rows: rows, columns: inner), RealMatrix(rows: columns, columns: inner)
    )
    for i in 0..<rows { for k in 0..<inner { left[i, k] = sin(Double(i * 31 + k)) } }
    for j in 0..<columns { for k in 0..<inner { right[j, k] = cos(Double(j * 17 + 3 * k)) } }
    let product = left.timesTransposed(right)
    for i in 0..<rows {
      for j in 0..<columns {
        #expect(product[i, j] == (0..<inner).reduce(0.0) { $0 + left[i, $1] * right[j, $1] })
      }
    }
  }

  @Test func gini_isThatOfTheDefinition() {
    #expect(isNear(giniCoefficient([2, 2, 2, 2]), 0))
    #expect(isNear(giniCoefficient([0, 0, 0, 5]), 0.75))
    #expect(isNear(giniCoefficient([3, 1, 2]), 2.0 / 9))
    #expect(giniCoefficient([0, 0]) == 0)
  }

  @Test func frequency_ofAUnit_isThatOfItsWave() {
    var units = RealMatrix(rows: Self.p * Self.p, columns: 3)
    for x in 0..<Self.p {
      for y in 0..<Self.p {
        let angle = { (k: Int, z: Int) in 2 * Double.pi * Double(k * z) / Double(Self.p) }
        units[x * Self.p + y, 0] = 4 + cos(angle(3, x)) + sin(angle(3, y) + 0.3)
        units[x * Self.p + y, 1] = 7
        units[x * Self.p + y, 2] = cos(angle(2, x + y)) + cos(angle(5, x)) / 2
      }
    }
    let found = NeuronFrequencies(units, Self.basis)
    #expect(found.neurons[0].frequency == 3 && isNear(found.neurons[0].share, 1))
    #expect(found.neurons[1].share == 0)
    #expect(found.neurons[2].frequency == 2 && isNear(found.neurons[2].share, 0.8))
    #expect(found.key == [3] && found.clear.count == 1)
  }

  /// Then the restricted network is the whole one, and without the frequency nothing is left.
  @Test func circuitAlone_isAllThatThereIs() {
    let spectrum = LogitSpectrum(Self.logits([(4, 6)]), Self.basis)
    let pairs = 0..<Self.p * Self.p
    #expect(isNear(spectrum.restrictedLoss([4]), spectrum.loss(pairs).loss))
    #expect(isNear(spectrum.loss(pairs, without: spectrum.part([4])).loss, log(13)))
    #expect(isNear(spectrum.loss(pairs, without: spectrum.tensorPart([4])).loss, log(13)))
    #expect(isNear(spectrum.restrictedLoss([5]), log(13)))
    #expect(isNear(spectrum.cosineCoefficient(4) / spectrum.norm, 1))
    #expect(spectrum.loss(pairs).accuracy == 1)
    let (all, part) = spectrum.norms([4])
    #expect(isNear(all, part) && isNear(all, 6 * (Double(13 * 13 * 13) / 2).squareRoot()))
  }

  @Test func parts_ofTwoFrequencies_addUp() {
    let spectrum = LogitSpectrum(Self.logits([(2, 3), (6, 1)], noise: 0.5), Self.basis)
    let (all, both) = spectrum.norms([2, 6])
    let (_, first) = spectrum.norms([2])
    let (_, second) = spectrum.norms([6])
    #expect(isNear(both * both, first * first + second * second))
    #expect(both < all)
    let pairs = 0..<Self.p * Self.p
    let rest = spectrum.loss(pairs, without: spectrum.part([2, 6]))
    let none = spectrum.loss(pairs, without: spectrum.part([]))
    #expect(rest.loss > none.loss && none.loss == spectrum.loss(pairs).loss)
  }

  /// A chance of 10⁻²⁰ of being wrong is a loss of 10⁻²⁰, not 0.
  @Test func loss_ofTheSmallest_isExact() {
    var logits = RealMatrix(rows: Self.p * Self.p, columns: Self.p)
    for pair in 0..<Self.p * Self.p {
      logits[pair, (pair / Self.p + pair % Self.p) % Self.p] = log(12 * 1e20)
    }
    let loss = LogitSpectrum(logits, Self.basis).loss(0..<Self.p * Self.p)
    #expect(abs(loss.loss / 1e-20 - 1) < 1e-12)
    for pair in 0..<Self.p * Self.p {
      logits[pair, (pair / Self.p + pair % Self.p) % Self.p] = -2000
    }
    let wrong = LogitSpectrum(logits, Self.basis).loss(0..<Self.p * Self.p)
    #expect(isNear(wrong.loss, 2000 + log(12)) && wrong.accuracy == 0)
  }
}
