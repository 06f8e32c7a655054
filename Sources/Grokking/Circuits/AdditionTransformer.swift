import Kernels

/// A transformer of one layer on prompts x, y, = modulo p, as the workload `omnigrok-modadd` trains it, in
/// double precision: no layer norm, no biases in attention, the answer at the last position.
public struct AdditionTransformer: Sendable {
  /// The modulus p.
  public let modulus: Int
  /// Attention heads.
  public let heads: Int
  /// Embedding of the p + 1 tokens, `width × (p + 1)`; of the three positions, `width × 3`.
  public let embedding, position: RealMatrix
  /// Keys, queries, values and the output of attention, `width × width`, a row an output.
  public let key, query, value, output: RealMatrix
  /// The perceptron: `hidden × width`, `width × hidden`, and its biases as one row each.
  public let inward, outward, inwardBias, outwardBias: RealMatrix
  /// `(p + 1) × width`; the last row, of "=", is left out of all measures.
  public let unembedding: RealMatrix

  /// Takes matrices whose shapes must agree.
  public init(
    modulus: Int, heads: Int, embedding: RealMatrix, position: RealMatrix, key: RealMatrix,
    query: RealMatrix, value: RealMatrix, output: RealMatrix, inward: RealMatrix,
    inwardBias: RealMatrix, outward: RealMatrix, outwardBias: RealMatrix, unembedding: RealMatrix
  ) {
    let (width, hidden) = (embedding.rows, inward.rows)
    precondition(
      embedding.columns == modulus + 1 && position.rows == width && position.columns == 3
        && [key, query, value, output].allSatisfy { $0.rows == width && $0.columns == width }
        && inward.columns == width && outward.rows == width && outward.columns == hidden
        && inwardBias.columns == hidden && outwardBias.columns == width
        && unembedding.rows == modulus + 1 && unembedding.columns == width && width % heads == 0,
      "the shapes of a transformer disagree")
    self.modulus = modulus
    self.heads = heads
    self.embedding = embedding
    self.position = position
    self.key = key
    self.query = query
    self.value = value
    self.output = output
    self.inward = inward
    self.inwardBias = inwardBias
    self.outward = outward
    self.outwardBias = outwardBias
    self.unembedding = unembedding
  }

  /// The factors by name.
  public var factors: [(name: String, matrix: RealMatrix)] {
    Array(
      zip(
        Self.factorNames,
        [
          embedding, position, key, query, value, output, inward, inwardBias, outward, outwardBias,
          unembedding,
        ])
    ).map { (name: $0, matrix: $1) }
  }

  /// The names in their order.
  public static let factorNames = [
    "embedding", "position", "key", "query", "value", "output", "inward", "inwardBias", "outward",
    "outwardBias", "unembedding",
  ]

  /// Sum of all squared parameters.
  public var squareSum: Double { factors.reduce(0) { $0 + $1.matrix.squareSum } }

  /// What it answers to all pairs, pair (x, y) in row x·p + y: the units of the perceptron,
  /// `p² × hidden`, and the logits of the p numbers, `p² × p`.
  public func forward() -> (units: RealMatrix, logits: RealMatrix) {
    let streams = streams
    let last = streams.row(2 * modulus)
    var middle = attended(streams).timesTransposed(output)
    middle.add(toRows: last)
    var units = middle.timesTransposed(inward)
    units.add(toRows: inwardBias.row(0))
    units.rectify()
    var final = units.timesTransposed(outward)
    final.add(toRows: outwardBias.row(0))
    final.add(middle)
    return (units, final.timesTransposed(unembedding.first(modulus)))
  }

  /// Token plus position of every x, then every y, then "=": `(2p + 1) × width`.
  private var streams: RealMatrix {
    let width = embedding.rows
    var streams = RealMatrix(rows: 2 * modulus + 1, columns: width)
    for component in 0..<width {
      for token in 0..<modulus {
        streams[token, component] = embedding[component, token] + position[component, 0]
        streams[modulus + token, component] = embedding[component, token] + position[component, 1]
      }
      streams[2 * modulus, component] = embedding[component, modulus] + position[component, 2]
    }
    return streams
  }

  /// What "=" gathers from the three tokens of every pair, `p² × width`.
  private func attended(_ streams: RealMatrix) -> RealMatrix {
    let headWidth = embedding.rows / heads
    let values = streams.timesTransposed(value)
    let keys = streams.timesTransposed(key)
    let queries = streams.timesTransposed(query)
    let scale = 1 / Double(headWidth).squareRoot()
    let last = 2 * modulus
    var result = RealMatrix(rows: modulus * modulus, columns: embedding.rows)
    for head in 0..<heads {
      let components = head * headWidth..<(head + 1) * headWidth
      let scores = (0...last).map { token in
        components.reduce(0.0) { $0 + queries[last, $1] * keys[token, $1] } * scale
      }
      for x in 0..<modulus {
        for y in 0..<modulus {
          let three = (scores[x], scores[modulus + y], scores[last])
          let largest = max(three.0, three.1, three.2)
          let parts = (
            Elementary.exponential(three.0 - largest), Elementary.exponential(three.1 - largest),
            Elementary.exponential(three.2 - largest)
          )
          let total = parts.0 + parts.1 + parts.2
          for component in components {
            result[x * modulus + y, component] =
              (parts.0 * values[x, component] + parts.1 * values[modulus + y, component]
                + parts.2 * values[last, component]) / total
          }
        }
      }
    }
    return result
  }
}
