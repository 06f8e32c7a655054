/// Embeddings of all symbols, standardised: every component has mean 0 and standard deviation 1 over
/// the symbols (with p − 1 in the denominator, as in the published program).
public struct Representation: Sendable, Hashable {
  /// The published tolerance: a parallelogram counts as formed when the mean square of its defect
  /// over the components is below this.
  public static let tolerance = 0.01

  /// Symbols, p.
  public let symbols: Int
  /// Components of an embedding.
  public let dimension: Int
  /// Standardised embeddings, `symbols × dimension`, row-major. A component without spread is not
  /// scaled; it stays 0.
  public let embeddings: [Double]

  /// Standardises embeddings, `symbols × dimension`, row-major.
  public init(_ embeddings: [Double], dimension: Int) {
    precondition(
      dimension > 0 && embeddings.count % dimension == 0 && !embeddings.isEmpty,
      "embeddings are symbols × dimension")
    self.dimension = dimension
    symbols = embeddings.count / dimension
    var scaled = embeddings
    for component in 0..<dimension {
      let places = stride(from: component, to: embeddings.count, by: dimension)
      let mean = places.reduce(0) { $0 + embeddings[$1] } / Double(symbols)
      for place in places { scaled[place] -= mean }
      let square = places.reduce(0) { $0 + scaled[$1] * scaled[$1] }
      guard symbols > 1, square > 0 else { continue }
      let deviation = (square / Double(symbols - 1)).squareRoot()
      for place in places { scaled[place] /= deviation }
    }
    self.embeddings = scaled
  }

  /// mean((E_i + E_n − E_j − E_m)²) over the components.
  public func defect(_ parallelogram: Parallelogram) -> Double {
    let (outer, inner) = (parallelogram.outer, parallelogram.inner)
    var sum = 0.0
    for component in 0..<dimension {
      let difference =
        value(outer.i, component) + value(outer.j, component) - value(inner.i, component)
        - value(inner.j, component)
      sum += difference * difference
    }
    return sum / Double(dimension)
  }

  private func value(_ symbol: Int, _ component: Int) -> Double {
    embeddings[symbol * dimension + component]
  }

  /// The representation quality index (RQI): formed parallelograms divided by all; 1 when there are
  /// none to form.
  public func quality(
    _ parallelograms: [Parallelogram], tolerance: Double = tolerance
  ) -> Double {
    guard !parallelograms.isEmpty else { return 1 }
    let formed = parallelograms.count { defect($0) < tolerance }
    return Double(formed) / Double(parallelograms.count)
  }

  /// The accuracy over all samples that these embeddings predict: a training sample is right, any
  /// other when its parallelogram with some training sample has formed (Fig. 3).
  public func predictedAccuracy(
    _ task: AdditionTask, trainingSet: [Int], tolerance: Double = tolerance
  ) -> Double {
    task.accuracy(trainingSet: trainingSet) { defect($0) < tolerance }
  }
}

extension AdditionTask {
  /// Training samples, and all others that a parallelogram which `holds` ties to one of them,
  /// divided by all samples.
  func accuracy(trainingSet: [Int], holds: (Parallelogram) -> Bool) -> Double {
    let known = Set(trainingSet)
    let right = samples.indices.count { place in
      known.contains(place)
        || trainingSet.contains { parallelogram(place, $0).map(holds) ?? false }
    }
    return Double(right) / Double(samples.count)
  }
}
