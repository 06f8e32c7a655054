import Kernels

/// The random numbers of one input: a pure function of the surface and the seed.
struct Random {
  private let stream: RandomStream
  private var index: UInt64 = 0

  init(seed: UInt64, surface: Int) {
    stream = RandomStream(seed: seed, stream: UInt32(surface))
  }

  mutating func next() -> UInt64 {
    defer { index += 1 }
    return stream.words(index: index).low
  }

  /// Uniform in 0..<bound.
  mutating func below(_ bound: Int) -> Int {
    defer { index += 1 }
    return stream.integer(below: bound, index: index)
  }

  /// True once in `count` times.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// One of the elements.
  mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  private static let edges: [UInt64] = [
    0xFFFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x1_0000_0000,
    0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF,
  ]

  /// A whole number that programs forget: small, at the edge of a type, or any.
  mutating func extreme() -> UInt64 {
    switch below(4) {
    case 0: UInt64(below(5))
    case 1: pick(Self.edges)
    case 2: (1 as UInt64) << UInt64(below(64)) &- UInt64(below(2))
    default: next()
    }
  }
}
