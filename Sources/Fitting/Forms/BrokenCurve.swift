import Glibc

/// f = ε + e^z with z = a − c₀u − Σ cᵢsᵢ·ln(1 + e^w), w = (u − lᵢ)/sᵢ and sᵢ = e^φᵢ: a floor and a
/// power law with smooth breaks.
///
/// θ is ε, a, c₀, then cᵢ, lᵢ, φᵢ for every break. With d = 1/f, p = e^z·d and v = ∇z: ∇ℓ = d e_ε + p v
/// and ∇²ℓ = p∇²z + (εd)p vvᵀ in the parameters of z, −d∇ℓ in ε's row.
struct BrokenCurve {
  let breaks: Int

  var parameterCount: Int { 3 + 3 * breaks }

  func evaluate(
    _ sample: Sample, _ block: Int, _ theta: Vector, into jet: inout BlockJet
  ) {
    let p = parameterCount
    let u = sample.column(0, block)
    var z = Block(repeating: theta[1]) - theta[2] * u
    var v: InlineArray<12, Block> = InlineArray(repeating: Block())
    var shapes: InlineArray<3, Shape> = InlineArray(repeating: Shape())
    v[1] = Block(repeating: 1)
    v[2] = -u
    for place in 0..<breaks {
      let first = 3 + 3 * place
      let shape = Shape(u, centre: theta[first + 1], width: exp(theta[first + 2]))
      shapes[place] = shape
      z -= theta[first] * shape.softplus
      v[first] = -shape.softplus
      v[first + 1] = theta[first] * shape.sigmoid
      v[first + 2] = -theta[first] * shape.bend
    }
    let share = FloorAndPower.store(theta[0], z, v, count: p, in: &jet)
    for place in 0..<breaks {
      let first = 3 + 3 * place
      shapes[place].addSecond(theta[first], first, share, triangle: 1 + p, to: &jet)
    }
  }

  /// s·ln(1 + e^w) and its derivatives, without cancellation for any w.
  private struct Shape {
    /// s·ln(1 + e^w).
    var softplus = Block()
    /// 1/(1 + e^-w).
    var sigmoid = Block()
    /// ∂/∂φ of the softplus: s(ln(1 + e^w) − wσ).
    var bend = Block()
    /// σ(1 − σ).
    private var slope = Block()
    private var w = Block()
    private var width = 1.0

    init() {}

    init(_ u: Block, centre: Double, width: Double) {
      self.width = width
      w = (u - centre) / width
      let isAbove = w .> 0
      let size = w.replacing(with: -w, where: .!isAbove)
      let e = Block.exp(-size)
      let inverse = 1 / (1 + e)
      let less = e * inverse
      let logarithm = Block.log1p(e)
      softplus = width * (logarithm + w.replacing(with: 0, where: .!isAbove))
      sigmoid = less.replacing(with: inverse, where: isAbove)
      slope = less * inverse
      bend = width * (size * less + logarithm)
    }

    /// Adds share·∇²z of one break of strength c whose parameters begin at `first`.
    @inline(__always)
    func addSecond(
      _ c: Double, _ first: Int, _ share: Block, triangle: Int, to jet: inout BlockJet
    ) {
      let place = triangle + (first + 1) * (first + 2) / 2
      let shape = triangle + (first + 2) * (first + 3) / 2
      jet[place + first] += share * sigmoid
      jet[shape + first] -= share * bend
      jet[place + first + 1] -= share * slope * (c / width)
      jet[shape + first + 1] -= share * (c * w * slope)
      jet[shape + first + 2] -= share * (c * (bend + width * w * w * slope))
    }
  }
}
