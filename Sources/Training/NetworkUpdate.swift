public import Kernels

extension BinaryNetwork {
  /// Items of the summing phase, which precedes the update: every segment of the samples in every
  /// tile of the first layer.
  public func sumItems(_ state: PassState) -> Int { shape.input.tiles * state.filledSegments }

  /// Items of an update: every tile of every layer with an activation. Item t of the first layer
  /// also updates the output weights of its units; ``updateBiases(marginGradient:coefficients:)``
  /// completes the step.
  public var updateItems: Int { shape.activeLayers * shape.input.tiles }

  /// Room that one worker needs for sums.
  public static func updateScratch() -> Buffer<Float> {
    Buffer(count: GradientSums.scratchCount)
  }

  /// Sums an item's gradients from a batch's passes.
  public func sumGradients(_ item: Int, _ state: PassState, scratch: Buffer<Float>) {
    let tile = item / state.filledSegments
    let segment = item % state.filledSegments
    let source: GradientSums.Source
    if let masks = state.masks {
      source = .rectified(masks: masks, marginGradients: state.marginGradients)
    } else {
      source = .stored(state.activationGradients[0])
    }
    kernels.sumGradients(
      GradientSums(
        layout: shape.input, tile: tile, batch: state.batch, source: source,
        sums: state.sums, firstRow: (tile * state.segments + segment) * shape.input.tileRows,
        scratch: scratch),
      state.samples(ofSegment: segment))
  }

  /// Computes an item's gradients from the sums and updates its parameters, unless `coefficients`
  /// is nil, which leaves the gradients for inspection.
  public func update(_ item: Int, _ state: PassState, coefficients: AdamWCoefficients?) {
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
    combine(tile, state)
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

  private func combine(_ tile: Int, _ state: PassState) {
    let isShallow = shape.isShallowRectified
    kernels.combine(
      GradientCombination(
        layout: shape.input, tile: tile, batch: state.batch, sums: state.sums,
        firstRow: tile * state.segments * shape.input.tileRows,
        segmentCount: state.segmentCount, weights: parameters,
        difference: isShallow ? difference : nil, gradients: gradients,
        differenceGradients: differenceGradients))
    guard !isShallow else { return }
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
