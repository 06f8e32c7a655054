import Glibc

/// Four points at a time: one vector register of each number.
typealias Block = SIMD4<Double>

/// A value, its gradient and its Hessian's lower triangle for one block, one after another; as many
/// as twelve parameters need.
typealias BlockJet = InlineArray<91, Block>

extension Block {
  @inline(__always)
  static func exp(_ x: Block) -> Block {
    Block(Glibc.exp(x.x), Glibc.exp(x.y), Glibc.exp(x.z), Glibc.exp(x.w))
  }

  @inline(__always)
  static func log(_ x: Block) -> Block {
    Block(Glibc.log(x.x), Glibc.log(x.y), Glibc.log(x.z), Glibc.log(x.w))
  }

  @inline(__always)
  static func log1p(_ x: Block) -> Block {
    Block(Glibc.log1p(x.x), Glibc.log1p(x.y), Glibc.log1p(x.z), Glibc.log1p(x.w))
  }

  /// Each lane between −bound and bound.
  @inline(__always)
  func clamped(to bound: Double) -> Block {
    let limit = Block(repeating: bound)
    return replacing(with: limit, where: self .> limit)
      .replacing(with: -limit, where: self .< -limit)
  }
}
