extension PortableKernels {
  @Sendable
  static func crossEntropy(
    _ operands: CrossEntropyOperands, _ samples: Range<Int>
  ) -> CrossEntropySums {
    let margins = operands.margins.base
    let labels = operands.labels.base
    let losses = operands.losses.base
    for sample in samples { losses[sample] = loss(margins[sample], labels[sample]) }
    var sums = CrossEntropySums()
    for sample in samples { sums.loss += Double(losses[sample]) }
    guard let gradients = operands.marginGradients?.base else { return sums }
    let scale = operands.scale
    for sample in samples {
      gradients[sample] = gradient(margins[sample], labels[sample]) * scale
    }
    for sample in samples { sums.marginGradient += Double(gradients[sample]) }
    return sums
  }

  /// ln(1 + e^∓margin), as a chain without branches that the compiler turns into vectors.
  @inline(__always)
  private static func loss(_ margin: Float, _ label: UInt8) -> Float {
    let signed = label == 1 ? -margin : margin
    return Elementary.logarithm(onePlus: Elementary.exponential(nonPositive: -abs(margin)))
      + (signed > 0 ? signed : 0)
  }

  /// The probability of class 1 minus the label.
  @inline(__always)
  private static func gradient(_ margin: Float, _ label: UInt8) -> Float {
    let decay = Elementary.exponential(nonPositive: -abs(margin))
    let probability = (margin < 0 ? decay : 1) / (1 + decay)
    return probability - (label == 1 ? 1 : 0)
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
