import Glibc

/// F(θ) = Σ w ρ(r) in rescaled variables, in which every scale is near one.
///
/// ρ is Huber's function with threshold δ; δ = ∞ gives ½ r², and ``LeastAbsolute`` takes δ to 0.
/// r is ln f − ln y, or f − y for raw residuals, with f and y in units of a typical y; where y is an
/// upper bound only, max(r, 0).
struct Problem {
  /// The form.
  let model: CurveModel
  /// The observations.
  var sample: Sample
  /// True for raw residuals.
  let isRaw: Bool
  /// δ; infinite for least squares.
  var threshold: Double

  /// F with what a Newton step needs.
  struct Evaluation {
    var value = 0.0
    var gradient = Vector()
    var hessian = Symmetric()
    /// Σ w (ψ/r) ∂r/∂θ_i ∂r/∂θ_j: the Hessian without the second derivatives, never indefinite.
    var gauss = Symmetric()
    /// Σ w (ψ/r) (∂r/∂θ_j)²: the majorising curvature, the damping's metric.
    var metric = Vector()
    /// Σ w (∂r/∂θ_j)².
    var squares = Vector()
    /// √Σ w ψ².
    var psiNorm = 0.0
    /// Σ w ψ′(r).
    var slopeSum = 0.0
  }

  /// F, gradient and exact Hessian.
  ///
  /// With ℓ = ln f: ∇r = g∇ℓ and ∇²r = g∇²ℓ + (g or 0)∇ℓ∇ℓᵀ with g = f for raw residuals and 1
  /// for those of logarithms, so H = Σ w [ψ′ ∇r∇rᵀ + ψ ∇²r].
  func evaluate(_ theta: Vector) -> Evaluation {
    let p = model.parameterCount
    let triangle = p * (p + 1) / 2
    var gradient: InlineArray<12, Block> = InlineArray(repeating: Block())
    var squares: InlineArray<12, Block> = InlineArray(repeating: Block())
    var hessian: InlineArray<78, Block> = InlineArray(repeating: Block())
    var gauss: InlineArray<78, Block> = InlineArray(repeating: Block())
    var (value, psiSquares, slopes) = (Block(), Block(), Block())
    var jet = BlockJet(repeating: Block())
    for block in 0..<sample.blockCount {
      model.evaluate(sample, block, theta, into: &jet)
      let weight = sample.weights[block]
      var factor = Block(repeating: 1)
      var r = jet[0] - sample.logY[block]
      if isRaw {
        factor = Block.exp(jet[0])
        r = factor - Block.exp(sample.logY[block])
      }
      let psi = pointwiseMax(r.clamped(to: threshold), sample.floors[block])
      let slope = Block().replacing(with: 1, where: psi .== r)
      let majorant = (psi / r).replacing(with: 1, where: psi .== r)
      value += weight * psi * (r - 0.5 * psi)
      psiSquares += weight * psi * psi
      slopes += weight * slope
      let along = weight * psi * factor
      let square = weight * factor * factor
      let outer = square * slope + (isRaw ? along : Block())
      for i in 0..<p {
        let di = jet[1 + i]
        gradient[i] += along * di
        squares[i] += square * di * di
        let start = i * (i + 1) / 2
        let row = outer * di
        let plain = square * majorant * di
        for j in 0...i {
          gauss[start + j] += plain * jet[1 + j]
          hessian[start + j] += row * jet[1 + j] + along * jet[1 + p + start + j]
        }
      }
    }
    var result = Evaluation()
    result.value = value.sum()
    result.psiNorm = psiSquares.sum().squareRoot()
    result.slopeSum = slopes.sum()
    for i in 0..<p {
      result.gradient[i] = gradient[i].sum()
      result.metric[i] = gauss[i * (i + 3) / 2].sum()
      result.squares[i] = squares[i].sum()
    }
    var sums: InlineArray<78, Double> = InlineArray(repeating: 0)
    for index in 0..<triangle { sums[index] = hessian[index].sum() }
    result.hessian = Symmetric(sums)
    for index in 0..<triangle { sums[index] = gauss[index].sum() }
    result.gauss = Symmetric(sums)
    return result
  }

  /// r of every point, in order.
  func residuals(_ theta: Vector) -> [Double] {
    var residuals: [Double] = []
    var jet = BlockJet(repeating: Block())
    for block in 0..<sample.blockCount {
      model.evaluate(sample, block, theta, into: &jet)
      let r =
        isRaw
        ? Block.exp(jet[0]) - Block.exp(sample.logY[block]) : jet[0] - sample.logY[block]
      for lane in 0..<min(4, sample.count - 4 * block) {
        residuals.append(max(r[lane], sample.floors[block][lane]))
      }
    }
    return residuals
  }

  /// r of every point with its gradient and Hessian: what the exact least-absolute step needs.
  func residualJets(_ theta: Vector) -> [(r: Double, gradient: Vector, hessian: Symmetric)] {
    let p = model.parameterCount
    var result: [(r: Double, gradient: Vector, hessian: Symmetric)] = []
    var jet = BlockJet(repeating: Block())
    for block in 0..<sample.blockCount {
      model.evaluate(sample, block, theta, into: &jet)
      for lane in 0..<min(4, sample.count - 4 * block) {
        let logF = jet[0][lane]
        let logY = sample.logY[block][lane]
        let factor = isRaw ? exp(logF) : 1
        var gradient = Vector()
        var hessian = Symmetric()
        for i in 0..<p {
          gradient[i] = factor * jet[1 + i][lane]
          for j in 0...i {
            let cross = isRaw ? jet[1 + i][lane] * jet[1 + j][lane] : 0
            hessian[i, j] = factor * (jet[1 + p + i * (i + 1) / 2 + j][lane] + cross)
          }
        }
        let r = isRaw ? factor - exp(logY) : logF - logY
        let floor = sample.floors[block][lane]
        result.append(r < floor ? (floor, Vector(), Symmetric()) : (r, gradient, hessian))
      }
    }
    return result
  }

  /// Every point's residual and its gradient, one after the other: those of very many would fill the
  /// memory.
  func forEachPoint(_ theta: Vector, _ body: (Int, Double, Vector) -> Void) {
    let p = model.parameterCount
    var jet = BlockJet(repeating: Block())
    for point in 0..<sample.count {
      if point % 4 == 0 { model.evaluate(sample, point / 4, theta, into: &jet) }
      let lane = point % 4
      let factor = isRaw ? exp(jet[0][lane]) : 1
      let r = isRaw ? factor - exp(sample.logY(of: point)) : jet[0][lane] - sample.logY(of: point)
      var gradient = Vector()
      for i in 0..<p { gradient[i] = factor * jet[1 + i][lane] }
      body(point, r, gradient)
    }
  }

  /// Σ w ∇r∇rᵀ = JᵀWJ.
  func gram(_ theta: Vector) -> Symmetric {
    var gram = Symmetric()
    let p = model.parameterCount
    forEachPoint(theta) { point, r, gradient in
      if r < sample.floor(of: point) { return }
      let weight = sample.weight(of: point)
      for i in 0..<p {
        for j in 0...i { gram[i, j] += weight * gradient[i] * gradient[j] }
      }
    }
    return gram
  }
}
