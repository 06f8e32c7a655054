import Glibc

/// ln(ε + e^z) for any z of the parameters after ε.
enum FloorAndPower {
  /// Writes value, gradient and Hessian but for ∇²z; returns p = e^z/(ε + e^z), by which ∇²z counts.
  @inline(__always)
  static func store(
    _ floor: Double, _ z: Block, _ v: InlineArray<12, Block>, count: Int, in jet: inout BlockJet
  ) -> Block {
    let power = Block.exp(z)
    let d = 1 / (power + floor)
    let share = floor == 0 ? Block(repeating: 1) : power * d
    let rest = share * (floor * d)
    jet[0] = floor == 0 ? z : Block.log(power + floor)
    jet[1] = d
    for i in 1..<count { jet[1 + i] = share * v[i] }
    jet[1 + count] = -(d * d)
    var row = 2 + count
    for i in 1..<count {
      jet[row] = -(d * jet[1 + i])
      let along = rest * v[i]
      for j in 1...i { jet[row + j] = along * v[j] }
      row += i + 1
    }
    return share
  }
}
