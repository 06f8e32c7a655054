public import Kernels

extension BinaryNetwork {
  /// Items of an update: every tile of every layer with an activation. Item t of the first layer
  /// also updates the output weights of its units; ``updateBiases(marginGradient:coefficients:)``
  /// completes the step.
  public var updateItems: Int { shape.activeLayers * shape.input.tiles }

  /// Room that one worker needs for updates.
  public static func updateScratch() -> Buffer<Float> {
    Buffer(count: RectifiedBackward.scratchCount)
  }

  /// Computes an item's gradients from a batch's passes and updates its parameters, unless
  /// `coefficients` is nil, which leaves the gradients for inspection.
  public func update(
    _ item: Int, _ state: PassState, coefficients: AdamWCoefficients?, scratch: Buffer<Float>
  ) {
    let input = shape.input
    let layer = item / input.tiles
    let tile = item % input.tiles
    guard layer == 0 else {
      let offset = shape.hiddenOffset(layer)
      let stride = shape.hidden.tileStride
      shape.hidden.weightGradients(
        tile: tile, offset: offset, inputs: state.activations[layer - 1],
        outputGradients: state.activationGradients[layer], gradients: gradients,
        samples: state.batch.count)
      adamW(offset + tile * stride..<offset + (tile + 1) * stride, coefficients)
      return
    }
    firstLayerGradients(tile, state, scratch)
    let places = tile * 16..<tile * 16 + 16
    let zero = shape.outputOffset(class: 0)
    let one = shape.outputOffset(class: 1)
    for unit in places {
      gradients[zero + unit] = -differenceGradients[unit]
      gradients[one + unit] = differenceGradients[unit]
    }
    adamW(tile * input.tileStride..<(tile + 1) * input.tileStride, coefficients)
    adamW(zero + places.lowerBound..<zero + places.upperBound, coefficients)
    adamW(one + places.lowerBound..<one + places.upperBound, coefficients)
    prepare(tile: tile)
  }

  private func firstLayerGradients(_ tile: Int, _ state: PassState, _ scratch: Buffer<Float>) {
    if let masks = state.masks {
      kernels.backwardRectified(
        RectifiedBackward(
          layout: shape.input, tile: tile, weights: parameters, difference: difference,
          batch: state.batch, masks: masks, marginGradients: state.marginGradients,
          gradients: gradients, differenceGradients: differenceGradients, scratch: scratch))
      return
    }
    kernels.backwardLinear(
      LinearBackward(
        layout: shape.input, tile: tile, batch: state.batch,
        outputGradients: state.activationGradients[0], gradients: gradients, scratch: scratch))
    shape.hidden.differenceGradients(
      tile: tile, activations: state.activations[shape.activeLayers - 1],
      marginGradients: state.marginGradients, differenceGradients: differenceGradients,
      samples: state.batch.count)
  }

  /// Updates the output biases from the sum of the margins' gradients.
  public func updateBiases(marginGradient: Double, coefficients: AdamWCoefficients?) {
    gradients[shape.biasOffset] = Float(-marginGradient)
    gradients[shape.biasOffset + 1] = Float(marginGradient)
    adamW(shape.biasOffset..<shape.biasOffset + 16, coefficients)
  }

  private func adamW(_ range: Range<Int>, _ coefficients: AdamWCoefficients?) {
    guard let coefficients else { return }
    kernels.adamW(
      AdamWOperands(
        parameters: parameters, gradients: gradients, firstMoments: firstMoments,
        secondMoments: secondMoments, coefficients: coefficients), range)
  }
}
