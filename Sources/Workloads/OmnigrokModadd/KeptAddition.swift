public import Basics
public import Grokking
public import SweepModel

/// The networks that jobs of `omnigrok-modadd` have kept, for those who look into them.
public struct KeptAddition: Sendable {
  /// The workload.
  public static var workload: String { OmnigrokModadd.signature.name }

  /// Numbers x·p + y of the pairs that train.
  public let trainingPairs: [Int]
  private let shape: ModaddShape

  /// Of a job with these parameters, complete and valid.
  public init(_ parameters: Parameters) {
    let settings = ModaddSettings(parameters)
    shape = settings.shape
    trainingPairs = Array(settings.order[..<settings.trainNum])
  }

  /// The modulus p.
  public var modulus: Int { shape.modulus }

  /// The network of a file of weights. Throws where an array is missing or has another shape.
  public func network(_ file: Safetensors) throws -> AdditionTransformer {
    let (width, tokens, hidden) = (shape.width, shape.vocabulary, shape.hidden)
    func rows(_ factor: ModaddFactor, _ sizes: [Int]) throws -> RealMatrix {
      let name = factor.tensorName
      guard let tensor = file[name], tensor.shape == sizes else {
        throw JobFailure(
          "weights of a transformer modulo \(modulus) hold \(name) of \(sizes) numbers, these "
            + (file[name].map { "\($0.shape)" } ?? "hold none of that name"))
      }
      return RealMatrix(
        rows: sizes.count > 1 ? sizes[0] : 1, columns: sizes[sizes.count - 1], tensor.values)
    }
    func square(_ factor: ModaddFactor) throws -> RealMatrix { try rows(factor, [width, width]) }
    return AdditionTransformer(
      modulus: modulus, heads: shape.heads,
      embedding: try rows(.embedding, [tokens, width]).transposed,
      position: try rows(.position, [3, width]).transposed,
      key: try square(.key), query: try square(.query), value: try square(.value),
      output: try square(.output), inward: try rows(.inward, [hidden, width]),
      inwardBias: try rows(.inwardBias, [hidden]),
      outward: try rows(.outward, [width, hidden]),
      outwardBias: try rows(.outwardBias, [width]),
      unembedding: try rows(.unembedding, [tokens, width]))
  }
}
