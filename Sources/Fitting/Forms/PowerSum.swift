/// f = ε + Σ_k exp(a_k − c_k·u_k): a floor and one or two power laws.
///
/// θ is [ε] a_1 [a_2] c_1 [c_2], without ε where the form has no floor and without c_2 where both
/// terms share an exponent. With d = 1/f and p_k = d·exp(z_k), ∇ℓ = d e_ε + Σ p_k v_k and
/// ∇²ℓ = Σ p_k v_k v_kᵀ − ∇ℓ∇ℓᵀ, where v_k = ∂z_k/∂θ has 1 at a_k and −u_k at c_k.
struct PowerSum {
  let hasFloor: Bool
  let termCount: Int
  let isTied: Bool

  var parameterCount: Int { (hasFloor ? 1 : 0) + termCount + (isTied ? 1 : termCount) }
  func amplitude(_ term: Int) -> Int { (hasFloor ? 1 : 0) + term }
  func exponent(_ term: Int) -> Int {
    (hasFloor ? 1 : 0) + termCount + (isTied ? 0 : term)
  }

  @inline(__always)
  func evaluate(
    _ sample: Sample, _ block: Int, _ theta: Vector, into jet: inout BlockJet
  ) {
    let p = parameterCount
    let triangle = 1 + p
    let u0 = sample.column(0, block)
    let (a0, c0) = (amplitude(0), exponent(0))
    let z0 = Block(repeating: theta[a0]) - theta[c0] * u0
    if !hasFloor && termCount == 1 {
      jet[0] = z0
      jet[1 + a0] = Block(repeating: 1)
      jet[1 + c0] = -u0
      for index in 0..<3 { jet[triangle + index] = Block() }
      return
    }
    let u1 = termCount == 2 ? sample.column(1, block) : Block()
    let (a1, c1) = termCount == 2 ? (amplitude(1), exponent(1)) : (a0, c0)
    let q0 = Block.exp(z0)
    var f = q0
    var q1 = Block()
    if hasFloor { f += Block(repeating: theta[0]) }
    if termCount == 2 {
      q1 = Block.exp(Block(repeating: theta[a1]) - theta[c1] * u1)
      f += q1
    }
    let d = 1 / f
    let (p0, p1) = (q0 * d, q1 * d)
    let (s0, s1) = (u0 * p0, u1 * p1)
    jet[0] = Block.log(f)
    if hasFloor { jet[1] = d }
    jet[1 + a0] = p0
    jet[1 + c0] = -s0
    if termCount == 2 {
      jet[1 + a1] = p1
      jet[1 + c1] = isTied ? -s0 - s1 : -s1
    }
    var place = triangle
    for i in 0..<p {
      let di = jet[1 + i]
      for j in 0...i {
        jet[place] = -(di * jet[1 + j])
        place += 1
      }
    }
    jet[triangle + a0 * (a0 + 1) / 2 + a0] += p0
    jet[triangle + c0 * (c0 + 1) / 2 + a0] -= s0
    jet[triangle + c0 * (c0 + 1) / 2 + c0] += u0 * s0
    if termCount == 2 {
      jet[triangle + a1 * (a1 + 1) / 2 + a1] += p1
      jet[triangle + c1 * (c1 + 1) / 2 + a1] -= s1
      jet[triangle + c1 * (c1 + 1) / 2 + c1] += u1 * s1
    }
  }
}
