import Kernels
import Training

/// A transformer of one layer for the prompts x, y, = and where its parameters stand in one flat
/// vector. Every factor is a row an output; rows are padded to whole vectors.
struct ModaddShape: Sendable, Hashable {
  /// The modulus p; there are p + 1 tokens, the last is "=".
  let modulus: Int
  /// Components of the residual stream, and of all heads together.
  let width: Int
  /// Attention heads.
  let heads: Int
  /// Units of the perceptron.
  let hidden: Int

  /// Tokens, which are the classes of the output too.
  var vocabulary: Int { modulus + 1 }
  /// Components of a head.
  var headWidth: Int { width / heads }
  /// Different pairs of token and position in all prompts: x, y, and =.
  var tokens: Int { 2 * modulus + 1 }
  /// Trainable parameters.
  var parameterCount: Int {
    2 * width * vocabulary + 3 * width + 4 * width * width + 2 * hidden * width + hidden + width
  }
  /// Floats of the whole vector.
  var vectorCount: Int { places.last?.end ?? 0 }
  /// Multiplications and additions of a training step for one sample.
  var operationsPerSample: Int { 6 * width * (vocabulary + 2 * hidden + width) }

  /// One factor's place: its sizes and the standard deviation of its initial numbers.
  struct Place: Sendable, Hashable {
    let offset: Int
    let rows: Int
    let columns: Int
    let deviation: Double
    var end: Int { offset + rows * Matrix.padded(columns) }
  }

  /// All factors in the order of ``Factor``.
  var places: [Place] {
    let inner = 1 / Double(width).squareRoot()
    let sizes = [
      (width, vocabulary, inner), (width, 3, inner), (width, width, inner), (width, width, inner),
      (width, width, inner), (width, width, inner), (hidden, width, inner), (1, hidden, 0),
      (width, hidden, inner), (1, width, 0),
      (vocabulary, width, 1 / Double(vocabulary).squareRoot()),
    ]
    var places: [Place] = []
    for (rows, columns, deviation) in sizes {
      places.append(
        Place(
          offset: places.last?.end ?? 0, rows: rows, columns: columns, deviation: deviation))
    }
    return places
  }
}

/// The factors of a ``ModaddShape``.
enum ModaddFactor: Int, CaseIterable {
  case embedding
  case position
  case key
  case query
  case value
  case output
  case inward
  case inwardBias
  case outward
  case outwardBias
  case unembedding
}

/// All factors as parts of one buffer, of parameters or of their gradients.
struct ModaddFactors: Sendable {
  let buffer: Buffer<Float>
  private let matrices: [Matrix]

  init(_ shape: ModaddShape, _ buffer: Buffer<Float>) {
    self.buffer = buffer
    matrices = shape.places.map {
      Matrix(buffer, offset: $0.offset, rows: $0.rows, columns: $0.columns)
    }
  }

  subscript(_ factor: ModaddFactor) -> Matrix { matrices[factor.rawValue] }
}
