extension PortableKernels {
  @Sendable
  static func crossEntropy(
    _ operands: CrossEntropyOperands, _ samples: Range<Int>
  ) -> CrossEntropySums {
    precondition(samples.lowerBound % 16 == 0, "a range of samples starts at a multiple of 16")
    var sums = CrossEntropySums()
    var first = samples.lowerBound
    while first < samples.upperBound {
      let count = min(16, samples.upperBound - first)
      let (losses, gradients) = crossEntropy(
        margins: operands.margins.lanes[first / 16], operands.labels.base + first, count,
        operands.scale)
      operands.losses?.lanes[first / 16] = losses
      operands.marginGradients?.lanes[first / 16] = gradients
      sums.loss += Double(losses.total)
      sums.marginGradient += Double(gradients.total)
      first += 16
    }
    return sums
  }

  /// Losses and scaled gradients of up to 16 samples; lanes from `count` on are zero.
  @inline(__always)
  private static func crossEntropy(
    margins: Lanes, _ labels: UnsafeMutablePointer<UInt8>, _ count: Int, _ scale: Float
  ) -> (losses: Lanes, gradients: Lanes) {
    var labelLanes = Lanes()
    var used = Lanes()
    for lane in 0..<count {
      labelLanes[lane] = Float(labels[lane])
      used[lane] = 1
    }
    let decay = Lanes.exponential(nonPositive: -margins.magnitudes)
    let larger = 1 / (1 + decay)
    let probability = larger.replacing(with: decay * larger, where: margins .< 0)
    let signed = margins * (1 - labelLanes * 2)
    let excess = signed.replacing(with: 0, where: signed .< 0)
    let losses = (Lanes.logarithm(onePlus: decay) + excess) * used
    return (losses, (probability - labelLanes) * used * scale)
  }

  @Sendable
  static func adamW(_ operands: AdamWOperands, _ range: Range<Int>) {
    precondition(
      range.lowerBound % 16 == 0 && range.upperBound % 16 == 0, "AdamW works on whole vectors")
    let c = operands.coefficients
    let parameters = operands.parameters.lanes
    let gradients = operands.gradients.lanes
    let firsts = operands.firstMoments.lanes
    let seconds = operands.secondMoments.lanes
    for place in range.lowerBound / 16..<range.upperBound / 16 {
      let gradient = gradients[place]
      let first = firsts[place] + c.firstComplement * (gradient - firsts[place])
      let second = seconds[place] * c.second + c.secondComplement * gradient * gradient
      firsts[place] = first
      seconds[place] = second
      let root = second.squareRoot() * c.rootFactor + c.epsilon
      parameters[place] = parameters[place] * c.decay - c.stepSize * first / root
    }
  }
}
