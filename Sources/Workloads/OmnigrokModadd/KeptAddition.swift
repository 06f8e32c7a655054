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
    func part(_ factor: ModaddFactor) throws -> RealMatrix {
      let sizes = shape.tensorSizes(of: factor)
      return RealMatrix(
        rows: sizes.count > 1 ? sizes[0] : 1, columns: sizes[sizes.count - 1],
        try file.values(of: factor, shape))
    }
    return AdditionTransformer(
      modulus: modulus, heads: shape.heads,
      embedding: try part(.embedding).transposed,
      position: try part(.position).transposed,
      key: try part(.key), query: try part(.query), value: try part(.value),
      output: try part(.output), inward: try part(.inward),
      inwardBias: try part(.inwardBias),
      outward: try part(.outward),
      outwardBias: try part(.outwardBias),
      unembedding: try part(.unembedding))
  }
}
