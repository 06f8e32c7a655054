/// Elementary functions with a fixed sequence of additions, multiplications and divisions.
///
/// The C library picks its `exp` and `log` by processor, and the variants differ in the last bit;
/// these give the same bits on every host. No operation here may be contracted into a fused one.
public enum Elementary {
  /// e^x for finite x; relative error below 4·10⁻¹⁶ for |x| ≤ 700, clamped outside.
  public static func exponential(_ x: Double) -> Double {
    let clamped = min(max(x, -700), 700)
    let count = (clamped * 1.442_695_040_888_963_4).rounded(.toNearestOrEven)
    let high = clamped - count * 6.931_471_803_691_238_16e-1
    let rest = high - count * 1.908_214_929_270_587_7e-10
    var sum = 1.0
    for divisor in stride(from: 16, through: 1, by: -1) { sum = 1 + sum * rest / Double(divisor) }
    return sum * Double(sign: .plus, exponent: Int(count), significand: 1)
  }

  /// ln x for finite x > 0; relative error below 10⁻¹⁵ away from x = 1.
  public static func logarithm(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "the logarithm needs a positive finite number")
    var exponent = Int(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095_1 {
      significand /= 2
      exponent += 1
    }
    let s = (significand - 1) / (significand + 1)
    let square = s * s
    var sum = 0.0
    for odd in stride(from: 25, through: 1, by: -2) { sum = sum * square + 1 / Double(odd) }
    let tail = Double(exponent) * 1.908_214_929_270_587_7e-10 + 2 * s * sum
    return Double(exponent) * 6.931_471_803_691_238_16e-1 + tail
  }

  /// base^exponent for base > 0.
  public static func power(_ base: Double, _ exponent: Double) -> Double {
    exponential(exponent * logarithm(base))
  }

  /// base^exponent by repeated squaring.
  public static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

/// Vector forms for 16 single-precision lanes.
extension SIMD16<Float> {
  /// e^x for x ≤ 0 in every lane; relative error below 3·10⁻⁷, zero below −87.
  static func exponential(nonPositive x: Self) -> Self {
    let clamped = x.replacing(with: -87, where: x .< -87)
    // Adding 1.5·2²³ rounds to the nearest whole number, which then stands in the low bits.
    let shifted = clamped * 1.442_695 + 12_582_912
    let count = shifted - 12_582_912
    let rest = (clamped - count * 0.693_359_375) - count * -2.121_944_4e-4
    var sum = rest * (1.0 / 5040) + (1.0 / 720)
    sum = sum * rest + (1.0 / 120)
    sum = sum * rest + (1.0 / 24)
    sum = sum * rest + (1.0 / 6)
    sum = sum * rest + 0.5
    sum = sum * rest + 1
    sum = sum * rest + 1
    let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- 0x4B40_0000 &+ 127
    let scale = unsafeBitCast(exponent &<< 23, to: Self.self)
    return (sum * scale).replacing(with: 0, where: x .< -87)
  }

  /// ln(1 + e) for 0 ≤ e ≤ 1 in every lane, by 2·artanh(e/(2+e)); relative error below 3·10⁻⁷.
  static func logarithm(onePlus e: Self) -> Self {
    let s = e / (e + 2)
    let square = s * s
    var sum = square * (1.0 / 15) + (1.0 / 13)
    sum = sum * square + (1.0 / 11)
    sum = sum * square + (1.0 / 9)
    sum = sum * square + (1.0 / 7)
    sum = sum * square + (1.0 / 5)
    sum = sum * square + (1.0 / 3)
    sum = sum * square + 1
    return s * sum * 2
  }

  /// tanh x in every lane, a ratio of polynomials in x² (the coefficients of Eigen's float version);
  /// relative error below 5·10⁻⁷, constant beyond ±7.9.
  static func hyperbolicTangent(_ x: Self) -> Self {
    let above = x.replacing(with: 7.905_311_11, where: x .> 7.905_311_11)
    let z = above.replacing(with: -7.905_311_11, where: above .< -7.905_311_11)
    let square = z * z
    var upper = square * -2.760_768_477_423_55e-16 + 2.000_187_904_824_77e-13
    upper = upper * square + -8.604_671_522_137_35e-11
    upper = upper * square + 5.122_297_090_371_14e-08
    upper = upper * square + 1.485_722_357_179_79e-05
    upper = upper * square + 6.372_619_288_754_36e-04
    upper = upper * square + 4.893_524_558_917_86e-03
    var lower = square * 1.198_258_394_667_02e-06 + 1.185_347_056_866_54e-04
    lower = lower * square + 2.268_434_632_439_00e-03
    lower = lower * square + 4.893_525_185_543_85e-03
    return z * upper / lower
  }

  /// Φ(x), the normal distribution, and e^(-x²/2), its density but for 1/√(2π), in every lane;
  /// relative error below 4·10⁻⁷·(1 + x²/8), Φ is zero below -13.2.
  ///
  /// Φ(-|x|)·e^(x²/2) is a polynomial in 1/(1 + 0.26·|x|), fitted to a relative 3·10⁻⁸.
  static func normal(_ x: Self) -> (distribution: Self, bell: Self) {
    let size = x.magnitudes
    let bell = exponential(nonPositive: size * size * -0.5)
    let t = 1 / (size * 0.26 + 1)
    var sum = t * 0.030_504_783_9 + -0.152_828_391
    sum = sum * t + 0.251_490_505
    sum = sum * t + -0.150_948_147
    sum = sum * t + 0.160_947_344
    sum = sum * t + 0.051_027_880_6
    sum = sum * t + 0.103_030_203
    sum = sum * t + 0.103_016_753
    sum = sum * t + 0.103_759_056
    let tail = sum * t * bell
    return ((1 - tail).replacing(with: tail, where: x .< 0), bell)
  }

  /// The absolute value of every lane.
  var magnitudes: Self {
    unsafeBitCast(
      unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF, to: Self.self)
  }

  /// The sum of all lanes in a fixed tree: lane i with i+8, then i+4, i+2, i+1.
  @inline(__always)
  var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
