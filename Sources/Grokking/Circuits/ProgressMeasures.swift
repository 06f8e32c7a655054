/// What a transformer that adds modulo p has learned by a step: how much of it memorises, how much follows the
/// circuit of a few frequencies (arXiv:2301.05217, section 5; arXiv:2309.02390).
///
/// Losses are in nats, over the p numbers: the output of "=" is left out. Everything is double precision.
public struct ProgressMeasures: Sendable, Hashable {
  /// The optimiser step.
  public let step: Int
  /// The frequencies that the units follow now, those of ``NeuronFrequencies/clear``, ascending.
  public let ownFrequencies: [Int]
  /// The frequencies by which the measures are taken.
  public let key: [Int]
  /// Units that follow a frequency, of all.
  public let clearUnits: Int
  /// Mean share of the units' energy in their frequency.
  public let meanShare: Double
  /// Mean losses and accuracies of the training pairs, of the others and of all.
  public let train, test, all: Score
  /// Of all pairs, with nothing but the key frequencies of x + y.
  public let restricted: Double
  /// Of the training pairs without the key frequencies, and without the tensor cos w(x + y − c) alone.
  public let excluded, excludedTensor: Double
  /// Of the training pairs without one key frequency, in the order of ``key``.
  public let excludedOne: [Double]
  /// The logits' inner products with cos w(x + y − c), over their norm, in the order of ``key``.
  public let cosines: [Double]
  /// Of the norms of the Fourier components of the embedding, and of unembedding times outward weights.
  public let embeddingGini, unembeddingGini: Double
  /// Sum of squares by factor.
  public let squares: [Double]
  /// Sum of squares of all parameters.
  public let squareSum: Double
  /// Norms of the logits (means taken off) along the key frequencies, and of the rest.
  public let generalNorm, memorisedNorm: Double

  /// A mean loss, nats, and the share of right answers.
  public struct Score: Sendable, Hashable {
    public let loss, accuracy: Double

    init(_ score: (loss: Double, accuracy: Double)) { (loss, accuracy) = score }
  }

  /// The part of the logits' norm that the key frequencies hold, of the squares.
  public var generalShare: Double {
    let (general, memorised) = (generalNorm * generalNorm, memorisedNorm * memorisedNorm)
    return general + memorised > 0 ? general / (general + memorised) : 0
  }

  /// Efficiency: norm of the logits by norm of the parameters, along the key frequencies and of the rest.
  public var efficiencies: (general: Double, memorised: Double) {
    let norm = squareSum.squareRoot()
    return norm > 0 ? (generalNorm / norm, memorisedNorm / norm) : (0, 0)
  }
}

/// A network at a step with what is dear to compute of it: what measures are taken from.
public struct CircuitSnapshot: Sendable {
  /// The optimiser step.
  public let step: Int
  /// What each unit follows.
  public let frequencies: NeuronFrequencies
  private let basis: FourierBasis
  private let spectrum: LogitSpectrum
  private let ginis: (embedding: Double, unembedding: Double)
  private let squares: [Double]

  /// Lets a network answer all pairs.
  ///
  /// - Parameter threshold: see ``NeuronFrequencies``.
  public init(
    _ network: AdditionTransformer, step: Int,
    threshold: Double = NeuronFrequencies.publishedThreshold
  ) {
    self.step = step
    basis = FourierBasis(network.modulus)
    let (units, logits) = network.forward()
    frequencies = NeuronFrequencies(units, basis, threshold: threshold)
    spectrum = LogitSpectrum(logits, basis)
    ginis = network.spectralGinis(basis)
    squares = network.factors.map(\.matrix.squareSum)
  }

  /// The measures by some key frequencies: those of the run's end tell best what forms before.
  ///
  /// - Parameter trainingPairs: Numbers x·p + y of the pairs that train.
  public func measures(key: [Int], trainingPairs: [Int]) -> ProgressMeasures {
    let count = basis.modulus * basis.modulus
    let training = Set(trainingPairs)
    let others = (0..<count).filter { !training.contains($0) }
    let norm = spectrum.norm
    let (all, part) = spectrum.norms(key)
    return ProgressMeasures(
      step: step, ownFrequencies: frequencies.key, key: key, clearUnits: frequencies.clear.count,
      meanShare: frequencies.neurons.reduce(0) { $0 + $1.share }
        / Double(max(1, frequencies.neurons.count)),
      train: ProgressMeasures.Score(spectrum.loss(trainingPairs)),
      test: ProgressMeasures.Score(spectrum.loss(others)),
      all: ProgressMeasures.Score(spectrum.loss(0..<count)),
      restricted: spectrum.restrictedLoss(key),
      excluded: spectrum.loss(trainingPairs, without: spectrum.part(key)).loss,
      excludedTensor: spectrum.loss(trainingPairs, without: spectrum.tensorPart(key)).loss,
      excludedOne: key.map { spectrum.loss(trainingPairs, without: spectrum.part([$0])).loss },
      cosines: key.map { norm > 0 ? spectrum.cosineCoefficient($0) / norm : 0 },
      embeddingGini: ginis.embedding, unembeddingGini: ginis.unembedding, squares: squares,
      squareSum: squares.reduce(0, +), generalNorm: part,
      memorisedNorm: max(0, all * all - part * part).squareRoot())
  }
}

extension AdditionTransformer {
  /// How few Fourier components hold the embedding, and unembedding times outward weights: Gini coefficients
  /// of the components' norms.
  func spectralGinis(_ basis: FourierBasis) -> (embedding: Double, unembedding: Double) {
    // Row u of the product of (outward)ᵀ and (unembedding)ᵀ is what unit u says for each number.
    let says = outward.transposed.timesTransposed(unembedding.first(modulus))
    return (
      giniCoefficient(basis.norms(ofRows: embedding.transposed.first(modulus).transposed)),
      giniCoefficient(basis.norms(ofRows: says))
    )
  }
}
