public import Kernels

extension BinaryNetwork {
  /// Items of the summing phase, which precedes the update: every segment of the samples in every
  /// tile of the first layer. None for a wide network, whose tiles suffice to keep threads busy:
  /// there the update sums, too, and the sums stay in its cache.
  public func sumItems(_ state: PassState) -> Int {
    state.segments == 1 ? 0 : shape.input.tiles * state.filledSegments
  }

  /// Items of an update: every tile of every layer with an activation. Item t of the first layer
  /// also updates the output weights of its units; ``updateBiases(marginGradient:coefficients:)``
  /// completes the step.
  public var updateItems: Int { shape.activeLayers * shape.input.tiles }

  /// Room that one worker needs for sums and updates: that of the kernels, then one tile's sums.
  public func updateScratch() -> Buffer<Float> {
    Buffer(count: GradientSums.scratchCount + shape.input.tileStride)
  }

  /// Sums an item's gradients from a batch's passes.
  public func sumGradients(_ item: Int, _ state: PassState, scratch: Buffer<Float>) {
    // All tiles of a segment, one after the other: its samples stay in the cache.
    let tile = item % shape.input.tiles
    let segment = item / shape.input.tiles
    sumGradients(
      tile, segment, state, into: state.sums,
      firstRow: (tile * state.segments + segment) * shape.input.tileRows, scratch)
  }

  private func sumGradients(
    _ tile: Int, _ segment: Int, _ state: PassState, into sums: Buffer<Float>, firstRow: Int,
    _ scratch: Buffer<Float>
  ) {
    let source: GradientSums.Source
    if let masks = state.masks {
      source = .rectified(masks: masks, marginGradients: state.marginGradients)
    } else {
      source = .stored(state.activationGradients[0])
    }
    kernels.sumGradients(
      GradientSums(
        layout: shape.input, tile: tile, batch: state.batch, source: source, sums: sums,
        firstRow: firstRow, scratch: scratch), state.samples(ofSegment: segment))
  }

  /// Computes an item's gradients, from the sums if there was a summing phase, and updates its
  /// parameters, unless `coefficients` is nil, which leaves the gradients for inspection.
  public func update(
    _ item: Int, _ state: PassState, coefficients: AdamWCoefficients?, scratch: Buffer<Float>
  ) {
    let tile = item % shape.input.tiles
    let layer = item / shape.input.tiles
    if layer == 0 {
      firstLayerGradients(tile, state, scratch)
      shareGradients(tile: tile)
      updateFirstLayer(tile, coefficients)
      return
    }
    let offset = shape.hiddenOffset(layer)
    let stride = shape.hidden.tileStride
    shape.hidden.weightGradients(
      tile: tile, offset: offset, inputs: state.activations[layer - 1],
      outputGradients: state.activationGradients[layer], gradients: gradients,
      samples: state.batch.count)
    adamW(offset + tile * stride..<offset + (tile + 1) * stride, coefficients)
  }

  /// Updates a tile of the first layer and its units' output weights.
  private func updateFirstLayer(_ tile: Int, _ coefficients: AdamWCoefficients?) {
    let stride = shape.input.tileStride
    let places = tile * 16..<tile * 16 + 16
    let zero = shape.outputOffset(class: 0)
    let one = shape.outputOffset(class: 1)
    for unit in places {
      gradients[zero + unit] = -differenceGradients[unit]
      gradients[one + unit] = differenceGradients[unit]
    }
    adamW(tile * stride..<(tile + 1) * stride, coefficients)
    adamW(zero + places.lowerBound..<zero + places.upperBound, coefficients)
    adamW(one + places.lowerBound..<one + places.upperBound, coefficients)
    prepare(tile: tile)
  }

  private func firstLayerGradients(_ tile: Int, _ state: PassState, _ scratch: Buffer<Float>) {
    guard state.segments == 1 else {
      combine(
        tile, state, state.sums, firstRow: tile * state.segments * shape.input.tileRows)
      return
    }
    let firstRow = GradientSums.scratchCount / 16
    sumGradients(tile, 0, state, into: scratch, firstRow: firstRow, scratch)
    combine(tile, state, scratch, firstRow: firstRow)
  }

  private func combine(
    _ tile: Int, _ state: PassState, _ sums: Buffer<Float>, firstRow: Int
  ) {
    let isShallow = shape.isShallowRectified
    kernels.combine(
      GradientCombination(
        layout: shape.input, tile: tile, batch: state.batch, sums: sums, firstRow: firstRow,
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
