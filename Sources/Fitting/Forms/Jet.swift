import Glibc

/// A number with its exact gradient and Hessian with respect to θ: forward-mode differentiation,
/// so that a form is written as its formula.
struct Jet {
  private(set) var value: Double
  private(set) var gradient = Vector()
  private(set) var hessian = Symmetric()
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
    for i in 0..<count {
      result.gradient[i] = first * gradient[i]
      for j in 0...i {
        result.hessian[i, j] = first * hessian[i, j] + second * gradient[i] * gradient[j]
      }
    }
    return result
  }

  static func exp(_ x: Jet) -> Jet {
    let value = Glibc.exp(x.value)
    return x.chain(value, value, value)
  }

  static func log(_ x: Jet) -> Jet {
    let inverse = 1 / x.value
    return x.chain(Glibc.log(x.value), inverse, -inverse * inverse)
  }

  /// ln(1 + eˣ), without overflow.
  static func softplus(_ x: Jet) -> Jet {
    let value = max(x.value, 0) + log1p(Glibc.exp(-abs(x.value)))
    let sigmoid = 1 / (1 + Glibc.exp(-x.value))
    return x.chain(value, sigmoid, sigmoid * (1 - sigmoid))
  }

  var inverse: Jet {
    let inverse = 1 / value
    return chain(inverse, -inverse * inverse, 2 * inverse * inverse * inverse)
  }

  static func + (a: Jet, b: Jet) -> Jet {
    var result = Jet(a.value + b.value, of: a.count)
    for i in 0..<a.count {
      result.gradient[i] = a.gradient[i] + b.gradient[i]
      for j in 0...i { result.hessian[i, j] = a.hessian[i, j] + b.hessian[i, j] }
    }
    return result
  }

  static func * (a: Jet, b: Jet) -> Jet {
    var result = Jet(a.value * b.value, of: a.count)
    for i in 0..<a.count {
      result.gradient[i] = a.value * b.gradient[i] + b.value * a.gradient[i]
      for j in 0...i {
        result.hessian[i, j] =
          a.value * b.hessian[i, j] + b.value * a.hessian[i, j]
          + a.gradient[i] * b.gradient[j] + a.gradient[j] * b.gradient[i]
      }
    }
    return result
  }

  static func * (a: Double, b: Jet) -> Jet { b.chain(a * b.value, a, 0) }
  static func + (a: Jet, b: Double) -> Jet { a.chain(a.value + b, 1, 0) }
  static func - (a: Jet, b: Jet) -> Jet { a + -1 * b }
  static func - (a: Double, b: Jet) -> Jet { -1 * b + a }
  static func / (a: Jet, b: Jet) -> Jet { a * b.inverse }
}
