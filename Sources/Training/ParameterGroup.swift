public import Basics
public import Kernels

/// Parameters that share a learning rate and a decay, with their gradients and AdamW's moments.
///
/// Sizes are whole vectors of 16 numbers. Padding stays zero, as its gradients are.
public final class ParameterGroup: Sendable {
  /// The parameters.
  public let parameters: Buffer<Float>
  /// The gradients of the last step.
  public let gradients: Buffer<Float>
  /// AdamW's first moments.
  public let firstMoments: Buffer<Float>
  /// AdamW's second moments.
  public let secondMoments: Buffer<Float>

  /// Creates a group of zeros with room for `count` numbers rounded up to whole vectors.
  public init(count: Int) {
    let room = Matrix.padded(count)
    parameters = Buffer(count: room)
    gradients = Buffer(count: room)
    firstMoments = Buffer(count: room)
    secondMoments = Buffer(count: room)
  }

  /// What a checkpoint keeps.
  private var state: [Buffer<Float>] { [parameters, firstMoments, secondMoments] }

  /// Sets parameters and moments to zero.
  public func clear() {
    for buffer in state { buffer.fill(0..<buffer.count, with: 0) }
  }

  /// One AdamW step on all parameters, shared out between a team's threads.
  public func update(_ coefficients: AdamWCoefficients, kernels: KernelSet, team: ThreadTeam) {
    let operands = AdamWOperands(
      parameters: parameters, gradients: gradients, firstMoments: firstMoments,
      secondMoments: secondMoments, coefficients: coefficients)
    team.share(parameters.count) { kernels.adamW(operands, $0) }
  }

  /// The parameters' norm, √Σ w².
  public var norm: Double { parameters.sumOfSquares().squareRoot() }

  /// Rescales all parameters such that their norm becomes `norm` (the reduced landscape of
  /// arXiv:2210.01117); parameters that are all zero stay so.
  public func constrain(norm wanted: Double) {
    let norm = norm
    guard norm > 0 else { return }
    parameters.scale(by: Float(wanted / norm))
  }

  /// Appends parameters and moments to a checkpoint.
  public func write(to writer: inout ByteWriter) {
    for buffer in state { writer.write(buffer) }
  }

  /// Takes parameters and moments from a checkpoint; when it throws, they are undefined.
  public func read(from reader: inout ByteReader) throws(ByteDamage) {
    for buffer in state { try reader.read(into: buffer) }
  }
}

extension ThreadTeam {
  /// Shares `count` rows or numbers out in ranges that begin at multiples of 16, one a thread, as
  /// one phase.
  public func share(_ count: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) {
    let blocks = (count + 15) / 16
    let length = max(1, (blocks + threads - 1) / threads) * 16
    run(items: (count + length - 1) / length) { item, _ in
      body(item * length..<min(count, (item + 1) * length))
    }
  }
}
