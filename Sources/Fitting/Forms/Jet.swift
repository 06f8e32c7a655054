import Glibc

/// A number with its exact gradient and Hessian with respect to θ: forward-mode differentiation,
/// so that a form is written as its formula.
///
/// The Hessian is the packed lower triangle, row after row. There is room for seven variables, those
/// of the largest form that is written so: every operation copies it all.
struct Jet {
  private(set) var value: Double
  private(set) var gradient: InlineArray<7, Double> = InlineArray(repeating: 0)
  private(set) var hessian: InlineArray<28, Double> = InlineArray(repeating: 0)
  private let count: Int

  /// A constant among `count` variables.
  init(_ value: Double, of count: Int) {
    self.value = value
    self.count = count
  }

  /// The variable θ_index.
  init(variable index: Int, _ theta: Vector, of count: Int) {
    self.value = theta[index]
    self.count = count
    gradient[index] = 1
  }

  /// φ(self), given φ, φ′ and φ″ here.
  private func chain(_ value: Double, _ first: Double, _ second: Double) -> Jet {
    var result = Jet(value, of: count)
    var place = 0
    for i in 0..<count {
      let row = second * gradient[i]
      result.gradient[i] = first * gradient[i]
      for j in 0...i {
        result.hessian[place] = first * hessian[place] + row * gradient[j]
        place += 1
      }
    }
    return result
  }

  /// φ(x, y), given φ and its derivatives there: by x and y; xx, xy and yy.
  static func chain(
    _ x: Jet, _ y: Jet, value: Double, first: (Double, Double), second: (Double, Double, Double)
  ) -> Jet {
    var result = Jet(value, of: x.count)
    var place = 0
    for i in 0..<x.count {
      let alongX = second.0 * x.gradient[i] + second.1 * y.gradient[i]
      let alongY = second.1 * x.gradient[i] + second.2 * y.gradient[i]
      result.gradient[i] = first.0 * x.gradient[i] + first.1 * y.gradient[i]
      for j in 0...i {
        result.hessian[place] =
          first.0 * x.hessian[place] + first.1 * y.hessian[place] + alongX * x.gradient[j]
          + alongY * y.gradient[j]
        place += 1
      }
    }
    return result
  }

  static func exp(_ x: Jet) -> Jet {
    let value = Glibc.exp(x.value)
    return x.chain(value, value, value)
  }

  /// eˣ − 1, exact near 0.
  static func expm1(_ x: Jet) -> Jet {
    let slope = Glibc.exp(x.value)
    return x.chain(Glibc.expm1(x.value), slope, slope)
  }

  static func log(_ x: Jet) -> Jet {
    let inverse = 1 / x.value
    return x.chain(Glibc.log(x.value), inverse, -inverse * inverse)
  }

  /// ln(1 + x), exact near 0.
  static func log1p(_ x: Jet) -> Jet {
    let inverse = 1 / (1 + x.value)
    return x.chain(Glibc.log1p(x.value), inverse, -inverse * inverse)
  }

  /// ln(1 + eˣ), without overflow.
  static func softplus(_ x: Jet) -> Jet {
    let e = Glibc.exp(-abs(x.value))
    let sigmoid = (x.value > 0 ? 1 : e) / (1 + e)
    return x.chain(max(x.value, 0) + Glibc.log1p(e), sigmoid, e / ((1 + e) * (1 + e)))
  }

  /// 1/(1 + e⁻ˣ), to its own relative rounding for any x.
  static func sigmoid(_ x: Jet) -> Jet {
    let e = Glibc.exp(-abs(x.value))
    let value = (x.value > 0 ? 1 : e) / (1 + e)
    let slope = e / ((1 + e) * (1 + e))
    return x.chain(value, slope, slope * (x.value > 0 ? -1 : 1) * (1 - e) / (1 + e))
  }

  var inverse: Jet {
    let inverse = 1 / value
    return chain(inverse, -inverse * inverse, 2 * inverse * inverse * inverse)
  }

  /// a·x + y.
  private static func linear(_ a: Double, _ x: Jet, _ y: Jet) -> Jet {
    var result = y
    result.value += a * x.value
    for i in 0..<x.count { result.gradient[i] += a * x.gradient[i] }
    for place in 0..<x.count * (x.count + 1) / 2 { result.hessian[place] += a * x.hessian[place] }
    return result
  }

  static func + (a: Jet, b: Jet) -> Jet { linear(1, a, b) }
  static func - (a: Jet, b: Jet) -> Jet { linear(-1, b, a) }

  static func * (a: Jet, b: Jet) -> Jet {
    var result = Jet(a.value * b.value, of: a.count)
    var place = 0
    for i in 0..<a.count {
      let (ai, bi) = (a.gradient[i], b.gradient[i])
      result.gradient[i] = a.value * bi + b.value * ai
      for j in 0...i {
        result.hessian[place] =
          a.value * b.hessian[place] + b.value * a.hessian[place]
          + ai * b.gradient[j] + a.gradient[j] * bi
        place += 1
      }
    }
    return result
  }

  static func / (a: Jet, b: Jet) -> Jet { a * b.inverse }

  static func * (a: Double, b: Jet) -> Jet {
    var result = b
    result.value *= a
    for i in 0..<b.count { result.gradient[i] *= a }
    for place in 0..<b.count * (b.count + 1) / 2 { result.hessian[place] *= a }
    return result
  }

  static func + (a: Jet, b: Double) -> Jet {
    var result = a
    result.value += b
    return result
  }

  static func - (a: Double, b: Jet) -> Jet { -1 * b + a }

  /// Writes the jet into one lane of a block's.
  func store(in jet: inout BlockJet, lane: Int) {
    jet[0][lane] = value
    for i in 0..<count { jet[1 + i][lane] = gradient[i] }
    for place in 0..<count * (count + 1) / 2 { jet[1 + count + place][lane] = hessian[place] }
  }
}
