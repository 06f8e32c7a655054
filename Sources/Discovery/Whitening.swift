import Kernels

/// Whitens per-sample gradients by K-FAC's factors (Martens & Grosse, arXiv:1503.05671): for every
/// layer `A = E[x xᵀ]` and `B = E[δ δᵀ]` over training samples, damped.
///
/// Inputs become `L⁻¹x` with `A + λI = L Lᵀ` instead of `A^-½x`: both have the inner products
/// `xᵀ(A + λI)⁻¹x`, on which all kernels but ``GradientMeasure/absoluteGradient`` depend alone, and
/// Cholesky's factor needs no eigenvectors.
public struct Whitening: Sendable {
  /// Rows times these are whitened, one pair a layer.
  private let factors: [(inputs: Matrix, errors: Matrix)]

  /// Takes the factors from gradients of losses of training samples, drawn as in training, with
  /// their true labels and scales (``PerceptronPass/Target/loss(_:)``); 20 000 in the measurements.
  ///
  /// `damping` is λ over the mean eigenvalue of each factor: 0.01 in the measurements
  /// (`shared/science/quanta.md` 1.3), where 0.001 and 0.1 were worse.
  public init(_ training: SampleGradients, damping: Double = 0.01, crew: Crew) {
    precondition(damping > 0 && damping.isFinite, "the damping is positive")
    factors = training.layers.map { layer in
      (
        Self.factor(layer.inputs, damping: damping, crew: crew),
        Self.factor(layer.errors, damping: damping, crew: crew)
      )
    }
  }

  /// The whitened gradients; traps unless they have the layers of the training samples.
  public func apply(_ gradients: SampleGradients, crew: Crew) -> SampleGradients {
    precondition(gradients.layers.count == factors.count, "the gradients have other layers")
    return SampleGradients(
      zip(gradients.layers, factors).map { layer, factor in
        LayerGradients(
          inputs: crew.product(layer.inputs, factor.inputs),
          errors: crew.product(layer.errors, factor.errors))
      })
  }

  private static func factor(_ rows: Matrix, damping: Double, crew: Crew) -> Matrix {
    let size = rows.columns
    var moment = crew.moment(rows, rows).map { $0 / Double(max(1, rows.rows)) }
    let trace = (0..<size).reduce(0) { $0 + moment[$1 * (size + 1)] }
    // A layer whose errors are all 0 is left as it is.
    let lambda = trace > 0 ? damping * trace / Double(size) : 1
    for place in 0..<size { moment[place * (size + 1)] += lambda }
    guard let factor = CholeskyFactor(moment, size: size) else {
      preconditionFailure("a damped second moment is positive definite")
    }
    return factor.whitening
  }
}
