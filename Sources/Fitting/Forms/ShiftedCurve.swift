import Glibc

/// f = ε + exp(a − c·ln(x′ + t)): θ = ε, a, c, t.
struct ShiftedCurve {
  func evaluate(
    _ sample: Sample, _ block: Int, _ theta: Vector, into jet: inout BlockJet
  ) {
    let x = Block.exp(sample.column(0, block)) + theta[3]
    let logarithm = Block.log(x)
    let inverse = 1 / x
    let z = Block(repeating: theta[1]) - theta[2] * logarithm
    var v: InlineArray<12, Block> = InlineArray(repeating: Block())
    v[1] = Block(repeating: 1)
    v[2] = -logarithm
    v[3] = -theta[2] * inverse
    let share = FloorAndPower.store(theta[0], z, v, count: 4, in: &jet)
    jet[5 + 8] -= share * inverse
    jet[5 + 9] += share * (theta[2] * inverse * inverse)
  }
}
