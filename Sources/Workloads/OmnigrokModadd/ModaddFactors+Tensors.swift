import Basics
import Kernels
import Training

extension ModaddFactors {
  /// All factors as PyTorch's modules have them: embeddings a row a token or position, others a row an
  /// output. Head h owns rows h·headWidth ..< (h + 1)·headWidth of query, key and value, and the same
  /// columns of attention's output.
  var tensors: [Safetensors.Tensor] {
    ModaddFactor.allCases.map { factor in
      let (name, matrix) = (factor.tensorName, self[factor])
      if factor.isTransposed { return matrix.transposedTensor(name) }
      guard factor.isBias else { return matrix.tensor(name) }
      return Safetensors.Tensor(name, shape: [matrix.columns], matrix.tensor(name).values)
    }
  }
}

/// The weights of a network that was trained before.
struct ModaddStart {
  private let values: [[Float]]

  /// Reads a file of them. Throws ``JobFailure`` where an array is missing, of another shape, or holds
  /// what is no number.
  init(_ content: [UInt8], _ shape: ModaddShape) throws {
    let file: Safetensors
    do throws(ByteDamage) {
      file = try Safetensors(content)
    } catch {
      throw JobFailure("The weights of \"start\" cannot be read: \(error)")
    }
    values = try ModaddFactor.allCases.map { factor in
      let values = try file.values(of: factor, shape)
      guard values.allSatisfy(\.isFinite) else {
        throw JobFailure(
          "The weights of \"start\" hold numbers in \(factor.tensorName) that are infinite.")
      }
      return values
    }
  }

  /// Writes them into a network's factors.
  func fill(_ factors: ModaddFactors) {
    for (factor, values) in zip(ModaddFactor.allCases, values) {
      let matrix = factors[factor]
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns {
          matrix[row, column] =
            factor.isTransposed
            ? values[column * matrix.rows + row] : values[row * matrix.columns + column]
        }
      }
    }
  }
}

extension Safetensors {
  /// The numbers of a factor. Throws as ``tensor(of:_:)``.
  func values(of factor: ModaddFactor, _ shape: ModaddShape) throws -> [Float] {
    try tensor(of: factor, shape).values
  }

  /// The array of a factor. Throws ``JobFailure`` where it is missing or has another shape.
  func tensor(of factor: ModaddFactor, _ shape: ModaddShape) throws -> Tensor {
    let (name, sizes) = (factor.tensorName, shape.tensorSizes(of: factor))
    guard let tensor = self[name], tensor.shape == sizes else {
      throw JobFailure(
        "Weights of a transformer modulo \(shape.modulus) hold \(name) of \(sizes) numbers; these "
          + (self[name].map { "have \($0.shape)" } ?? "hold none of that name") + ".")
    }
    return tensor
  }
}

extension ModaddShape {
  /// The sizes of a factor's array.
  func tensorSizes(of factor: ModaddFactor) -> [Int] {
    let place = places[factor.rawValue]
    if factor.isBias { return [place.columns] }
    return factor.isTransposed ? [place.columns, place.rows] : [place.rows, place.columns]
  }
}

extension ModaddFactor {
  /// Its array has a row a column of the matrix.
  fileprivate var isTransposed: Bool { self == .embedding || self == .position }
  fileprivate var isBias: Bool { self == .inwardBias || self == .outwardBias }

  /// What weights that are kept call it.
  var tensorName: String {
    switch self {
    case .embedding: "embedding.weight"
    case .position: "position.weight"
    case .key: "attention.key.weight"
    case .query: "attention.query.weight"
    case .value: "attention.value.weight"
    case .output: "attention.output.weight"
    case .inward: "perceptron.0.weight"
    case .inwardBias: "perceptron.0.bias"
    case .outward: "perceptron.1.weight"
    case .outwardBias: "perceptron.1.bias"
    case .unembedding: "unembedding.weight"
    }
  }
}
