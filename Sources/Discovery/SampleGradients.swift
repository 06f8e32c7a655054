public import Kernels

/// Per-sample gradients of one dense layer in product form: that of sample s is the outer product of
/// its error and its input, `δ xᵀ`, and is never stored as such.
public struct LayerGradients: Sendable {
  /// What the layer saw, `samples × inputs`; the last column is the bias's 1 where there is one.
  public var inputs: Matrix
  /// Derivatives with respect to the layer's outputs before activation, `samples × outputs`.
  public var errors: Matrix

  /// Pairs inputs with errors; traps unless both have a row a sample.
  public init(inputs: Matrix, errors: Matrix) {
    precondition(inputs.rows == errors.rows, "every sample has an input and an error")
    self.inputs = inputs
    self.errors = errors
  }
}

/// Per-sample gradients of a stack of dense layers in product form: `⟨g_a, g_b⟩` is the sum over
/// layers of `⟨x_a, x_b⟩·⟨δ_a, δ_b⟩`.
public struct SampleGradients: Sendable {
  /// The layers, all with the same samples.
  public var layers: [LayerGradients]

  /// Gradients of at least one layer; traps unless all layers have the same number of samples.
  public init(_ layers: [LayerGradients]) {
    precondition(!layers.isEmpty, "gradients are of a layer at least")
    let samples = layers[0].inputs.rows
    precondition(layers.allSatisfy { $0.inputs.rows == samples }, "layers have other samples")
    self.layers = layers
  }

  /// Samples.
  public var count: Int { layers[0].inputs.rows }

  /// The gradients of some samples, in the order in which they are named.
  public func selecting(_ samples: [Int]) -> SampleGradients {
    SampleGradients(
      layers.map {
        LayerGradients(
          inputs: $0.inputs.selecting(samples), errors: $0.errors.selecting(samples))
      })
  }

  /// The gradients without those of some of the first layer's inputs, such as the control bits of
  /// multitask sparse parity, which name the subtask.
  public func leavingOut(inputs columns: Range<Int>) -> SampleGradients {
    let first = layers[0]
    let kept = (0..<first.inputs.columns).filter { !columns.contains($0) }
    let inputs = Matrix(rows: count, columns: kept.count)
    for row in 0..<count {
      for (target, column) in kept.enumerated() {
        inputs[row, target] = first.inputs[row, column]
      }
    }
    var rest = self
    rest.layers[0] = LayerGradients(inputs: inputs, errors: first.errors)
    return rest
  }

  /// The squared norm of every sample's gradient, in double precision.
  public var squaredNorms: [Double] {
    (0..<count).map { sample in
      layers.reduce(0) {
        $0 + $1.inputs.square(row: sample) * $1.errors.square(row: sample)
      }
    }
  }

  /// The norm of every sample's gradient.
  public var norms: [Double] { squaredNorms.map { $0.squareRoot() } }

  /// The gradients divided by their norms; those of norm 0 stay 0.
  public func normalised() -> SampleGradients {
    let factors = squaredNorms.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    return SampleGradients(
      layers.map { layer in
        let errors = Matrix(rows: count, columns: layer.errors.columns)
        for row in 0..<count {
          for column in 0..<errors.columns {
            errors[row, column] = Float(Double(layer.errors[row, column]) * factors[row])
          }
        }
        return LayerGradients(inputs: layer.inputs, errors: errors)
      })
  }

  /// The gradients of entries' absolute values: those of errors times those of inputs.
  func magnitudes() -> SampleGradients {
    func magnitudes(_ matrix: Matrix) -> Matrix {
      let result = Matrix(rows: matrix.rows, columns: matrix.columns)
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns { result[row, column] = abs(matrix[row, column]) }
      }
      return result
    }
    return SampleGradients(
      layers.map { LayerGradients(inputs: magnitudes($0.inputs), errors: magnitudes($0.errors)) })
  }
}
