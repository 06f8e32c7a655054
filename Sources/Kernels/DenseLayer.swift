/// The activation functions between layers.
public enum Activation: String, Sendable, Hashable, CaseIterable {
  /// max(0, z).
  case relu
  /// Hyperbolic tangent; absolute error below 2·10⁻⁷.
  case tanh
  /// 1 / (1 + e^-z).
  case sigmoid
  /// The Gaussian error linear unit z·Φ(z) (Hendrycks & Gimpel, arXiv:1606.08415) with the normal
  /// distribution Φ itself, PyTorch's default, not its approximation by tanh.
  case gelu

  /// True where the value determines the derivative; GELU, which falls and rises, needs its argument.
  public var isDifferentiatedFromValue: Bool { self != .gelu }
}

/// Dense layers of `width` units below and above, for networks deeper than two layers.
///
/// Activations are `samples × paddedWidth`, row-major; lanes beyond the width are zero. A tile of
/// 16 units has `paddedWidth + 1` rows of 16 weights: one a unit below, then the biases. These are
/// the plain forms; the time of the published sweeps is spent elsewhere.
public struct DenseLayer: Sendable, Hashable {
  /// Units.
  public let width: Int

  /// Creates a shape.
  public init(width: Int) {
    precondition(width > 0, "a layer needs units")
    self.width = width
  }

  /// Tiles of 16 units.
  public var tiles: Int { (width + 15) / 16 }
  /// Units with those that pad the last tile.
  public var paddedWidth: Int { tiles * 16 }
  /// Floats of one tile's weights.
  public var tileStride: Int { (paddedWidth + 1) * 16 }

  /// Pre-activations of a range of samples from the activations below.
  public func forward(
    weights: Buffer<Float>, offset: Int, inputs: Buffer<Float>, outputs: Buffer<Float>,
    samples: Range<Int>
  ) {
    for tile in 0..<tiles {
      let rows = weights.lanes + offset / 16 + tile * (paddedWidth + 1)
      for sample in samples {
        let input = inputs.base + sample * paddedWidth
        var sum = rows[paddedWidth]
        for unit in 0..<width { sum += input[unit] * rows[unit] }
        outputs.lanes[sample * tiles + tile] = sum
      }
    }
  }

  /// Gradients of the activations below from those of the pre-activations.
  public func inputGradients(
    weights: Buffer<Float>, offset: Int, outputGradients: Buffer<Float>,
    inputGradients: Buffer<Float>, samples: Range<Int>
  ) {
    let rows = weights.lanes + offset / 16
    for sample in samples {
      let gradients = outputGradients.lanes + sample * tiles
      let target = inputGradients.base + sample * paddedWidth
      for unit in 0..<width {
        var sum = Lanes()
        for tile in 0..<tiles { sum += gradients[tile] * rows[tile * (paddedWidth + 1) + unit] }
        target[unit] = sum.total
      }
      for unit in width..<paddedWidth { target[unit] = 0 }
    }
  }

  /// Gradients of one tile's weights and biases, summed over samples in ascending order.
  public func weightGradients(
    tile: Int, offset: Int, inputs: Buffer<Float>, outputGradients: Buffer<Float>,
    gradients: Buffer<Float>, samples: Int
  ) {
    let rows = gradients.lanes + offset / 16 + tile * (paddedWidth + 1)
    for row in 0...paddedWidth { rows[row] = Lanes() }
    for sample in 0..<samples {
      let gradient = outputGradients.lanes[sample * tiles + tile]
      let input = inputs.base + sample * paddedWidth
      for unit in 0..<width { rows[unit] += input[unit] * gradient }
      rows[paddedWidth] += gradient
    }
  }

  /// Applies an activation; lanes beyond the width become zero. Both buffers may be the same.
  public func activate(
    _ activation: Activation, arguments: Buffer<Float>, values: Buffer<Float>, samples: Range<Int>
  ) {
    for sample in samples {
      for tile in 0..<tiles {
        let z = arguments.lanes[sample * tiles + tile]
        let decay = Lanes.exponential(nonPositive: -(z.magnitudes * (activation == .tanh ? 2 : 1)))
        let upper: Lanes
        switch activation {
        case .relu: upper = z.replacing(with: 0, where: z .<= 0)
        case .tanh:
          let size = (1 - decay) / (1 + decay)
          upper = size.replacing(with: -size, where: z .< 0)
        case .sigmoid:
          let large = 1 / (1 + decay)
          upper = large.replacing(with: decay * large, where: z .< 0)
        case .gelu: upper = z * Lanes.normal(z).distribution
        }
        values.lanes[sample * tiles + tile] = upper
      }
      let row = values.base + sample * paddedWidth
      for unit in width..<paddedWidth { row[unit] = 0 }
    }
  }
}

/// The two-logit output above a dense layer, reduced to its margin z₁ − z₀.
extension DenseLayer {
  /// Margins of a range of samples; `difference` holds class 1's weights minus class 0's.
  public func margins(
    activations: Buffer<Float>, difference: Buffer<Float>, biasDifference: Float,
    margins: Buffer<Float>, samples: Range<Int>
  ) {
    for sample in samples {
      var sum = Lanes()
      for tile in 0..<tiles {
        sum += activations.lanes[sample * tiles + tile] * difference.lanes[tile]
      }
      margins[sample] = sum.total + biasDifference
    }
  }

  /// Gradients of the activations from those of the margins.
  public func activationGradients(
    difference: Buffer<Float>, marginGradients: Buffer<Float>, gradients: Buffer<Float>,
    samples: Range<Int>
  ) {
    for sample in samples {
      let gradient = marginGradients[sample]
      for tile in 0..<tiles {
        gradients.lanes[sample * tiles + tile] = gradient * difference.lanes[tile]
      }
    }
  }

  /// Gradients of one tile of the output difference, summed over samples in ascending order.
  public func differenceGradients(
    tile: Int, activations: Buffer<Float>, marginGradients: Buffer<Float>,
    differenceGradients: Buffer<Float>, samples: Int
  ) {
    var sum = Lanes()
    for sample in 0..<samples {
      sum += marginGradients[sample] * activations.lanes[sample * tiles + tile]
    }
    differenceGradients.lanes[tile] = sum
  }
}
