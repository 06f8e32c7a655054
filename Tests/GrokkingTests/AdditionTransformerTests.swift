import Foundation
import Testing

@testable import Grokking

/// The forward pass, beside one that is written down sample by sample.
@Suite struct AdditionTransformerTests {
  private static func matrix(_ rows: Int, _ columns: Int, _ salt: Double) -> RealMatrix {
    var matrix = RealMatrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        matrix[row, column] = 0.4 * sin(salt + 1.7 * Double(row) + 0.9 * Double(column * column))
      }
    }
    return matrix
  }

  private static let (p, d, h, heads) = (5, 6, 7, 2)
  private static let network = AdditionTransformer(
    modulus: p, heads: heads, embedding: matrix(d, p + 1, 1), position: matrix(d, 3, 2),
    key: matrix(d, d, 3), query: matrix(d, d, 4), value: matrix(d, d, 5), output: matrix(d, d, 6),
    inward: matrix(h, d, 7), inwardBias: matrix(1, h, 8), outward: matrix(d, h, 9),
    outwardBias: matrix(1, d, 10), unembedding: matrix(p + 1, d, 11))

  private static func apply(_ matrix: RealMatrix, _ vector: [Double]) -> [Double] {
    (0..<matrix.rows).map { row in
      vector.indices.reduce(0) { $0 + matrix[row, $1] * vector[$1] }
    }
  }

  /// Logits of one prompt, token by token.
  private static func logits(_ x: Int, _ y: Int) -> [Double] {
    let stream = [x, y, p].enumerated().map { place, token in
      (0..<d).map { network.embedding[$0, token] + network.position[$0, place] }
    }
    let query = apply(network.query, stream[2])
    let (keys, values) = (
      stream.map { apply(network.key, $0) }, stream.map { apply(network.value, $0) }
    )
    var gathered = [Double](repeating: 0, count: d)
    let size = d / heads
    for head in 0..<heads {
      let range = head * size..<(head + 1) * size
      let scores = keys.map { key in
        range.reduce(0.0) { $0 + query[$1] * key[$1] } / Double(size).squareRoot()
      }
      let parts = scores.map { exp($0) }
      let total = parts.reduce(0, +)
      for component in range {
        for place in 0..<3 {
          gathered[component] += parts[place] / total * values[place][component]
        }
      }
    }
    let middle = zip(stream[2], apply(network.output, gathered)).map { $0 + $1 }
    let units = apply(network.inward, middle).enumerated().map {
      max(0, $0.element + network.inwardBias[0, $0.offset])
    }
    let final = apply(network.outward, units).enumerated().map {
      middle[$0.offset] + $0.element + network.outwardBias[0, $0.offset]
    }
    return Array(apply(network.unembedding, final).prefix(p))
  }

  @Test func answers_areThoseOfTheDefinition() {
    let (units, logits) = Self.network.forward()
    #expect(units.rows == 25 && units.columns == 7 && logits.columns == 5)
    for x in 0..<Self.p {
      for y in 0..<Self.p {
        for (output, expected) in Self.logits(x, y).enumerated() {
          #expect(abs(logits[x * Self.p + y, output] - expected) < 1e-13)
        }
      }
    }
  }

  @Test func squares_areOfAllParameters() {
    let parts = Self.network.factors.map(\.matrix)
    let expected = parts.reduce(0.0) { sum, matrix in
      sum + (0..<matrix.rows).flatMap { matrix.row($0) }.reduce(0.0) { $0 + $1 * $1 }
    }
    #expect(abs(Self.network.squareSum - expected) < 1e-12)
  }

  @Test func snapshot_measuresEverything() {
    let snapshot = CircuitSnapshot(Self.network, step: 30, threshold: 0)
    let key = snapshot.frequencies.key
    let training = [0, 3, 7, 8, 12, 24]
    let measures = snapshot.measures(key: key, trainingPairs: training)
    #expect(measures.step == 30 && measures.key == key && measures.ownFrequencies == key)
    #expect(measures.excludedOne.count == key.count && measures.cosines.count == key.count)
    #expect(measures.squares.count == 11 && measures.squareSum == Self.network.squareSum)
    let mixed = (6 * measures.train.loss + 19 * measures.test.loss) / 25
    #expect(abs(mixed - measures.all.loss) < 1e-12)
    #expect(measures.generalShare > 0 && measures.generalShare < 1)
    // Both frequencies of p = 5 are all functions of x + y there are.
    let whole = snapshot.measures(key: [1, 2], trainingPairs: training)
    #expect(whole.generalNorm >= measures.generalNorm)
  }
}
