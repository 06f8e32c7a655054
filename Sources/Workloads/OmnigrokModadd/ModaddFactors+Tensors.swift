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
      switch factor {
      case .embedding, .position: return matrix.transposedTensor(name)
      case .inwardBias, .outwardBias:
        return Safetensors.Tensor(name, shape: [matrix.columns], matrix.tensor(name).values)
      default: return matrix.tensor(name)
      }
    }
  }
}

extension ModaddFactor {
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
