import Glibc

/// The forms that are written as formulas of ``Jet``; `columns` are logarithms of the inputs.
enum JetCurve {
  /// (L − ε)/(1 − L)^α = exp(a − c·u): θ = ε, a, c, α.
  case m4
  /// exp(a)·Σ_{k=n+1}^{K} k^-(α+1) / Σ_{k=1}^{K} k^-(α+1): θ = a, α, ln K with n = x, and ln x₁
  /// with n = (x/x₁)^(1/(1+α)): a quantum is learned when its share of the data reaches a threshold.
  case quanta(ofData: Bool)
  /// ε + exp(a)·N′^-α + exp(b)·D′^-β: θ = ε, a, b, α, β, ln R_N, ln R_D.
  case repeated
  /// exp(a) − exp(b − exp(g + u)): θ = a, b, g with a = ln ε, b = ln k, g = ln γ.
  case errorLaw

  var parameterCount: Int {
    switch self {
    case .m4: 4
    case .quanta(let ofData): ofData ? 4 : 3
    case .repeated: 7
    case .errorLaw: 3
    }
  }

  func evaluate(
    _ sample: Sample, _ block: Int, _ theta: Vector, into jet: inout BlockJet
  ) {
    let pool: Pool? = if case .quanta(let ofData) = self { Pool(theta, ofData) } else { nil }
    for lane in 0..<4 {
      let u = sample.column(0, block)[lane]
      let result: Jet =
        switch self {
        case .m4: Self.m4(u, theta)
        case .errorLaw: Self.errorLaw(u, theta)
        case .quanta(let ofData): (pool ?? Pool(theta, ofData)).logLoss(u)
        case .repeated:
          Self.repeated(
            u, sample.column(1, block)[lane], sample.column(2, block)[lane], theta)
        }
      result.store(in: &jet, lane: lane)
    }
  }

  private static func errorLaw(_ u: Double, _ theta: Vector) -> Jet {
    func variable(_ index: Int) -> Jet { Jet(variable: index, theta, of: 3) }
    let gap = Jet.exp(variable(1) - Jet.exp(variable(2) + u))
    return Jet.log(Jet.exp(variable(0)) - gap)
  }

  /// Muennighoff et al. 2023: D′ = U_D(1 + R*_D(1 − e^(−R_D/R*_D))) with R_D = D/U_D − 1, and the
  /// same for N with U_N, the size that is optimal for U_D tokens, where N exceeds it.
  private static func repeated(
    _ logN: Double, _ logD: Double, _ logU: Double, _ theta: Vector
  ) -> Jet {
    func variable(_ index: Int) -> Jet { Jet(variable: index, theta, of: 7) }
    let (a, b, alpha, beta) = (variable(1), variable(2), variable(3), variable(4))
    let unique = Jet(min(logU, logD), of: 7)
    let data = saturating(Jet(logD, of: 7), beyond: unique, rate: variable(6))
    // N_opt(D): αA·N^-α = βB·D^-β.
    let optimal =
      (Jet.log(alpha) + a - Jet.log(beta) - b + beta * unique) / alpha
    let size = Jet(logN, of: 7)
    let parameters =
      optimal.value < logN ? saturating(size, beyond: optimal, rate: variable(5)) : size
    return Jet.log(
      variable(0) + Jet.exp(a - alpha * parameters) + Jet.exp(b - beta * data))
  }

  /// ln of U(1 + R*(1 − e^(−(X/U − 1)/R*))) for ln X and ln U.
  private static func saturating(_ x: Jet, beyond unique: Jet, rate: Jet) -> Jet {
    let star = Jet.exp(rate)
    let repetitions = Jet.expm1(x - unique)
    return unique + Jet.log1p(-1 * (star * Jet.expm1(-1 * (repetitions / star))))
  }
}

/// The quantization model at one θ = a, α, ln K [, ln x₁]: what all points share.
private struct Pool {
  private let count: Int
  private let scale: Jet
  private let s: Jet
  /// ζ(s, K + 1).
  private let end: Jet
  /// ln Σ_{k=1}^{K} k^-s.
  private let logTotal: Jet
  /// ln x₁; nil where x is the number of quanta itself.
  private let logFirst: Jet?

  init(_ theta: Vector, _ ofData: Bool) {
    count = ofData ? 4 : 3
    scale = Jet(variable: 0, theta, of: count)
    s = Jet(variable: 1, theta, of: count) + 1
    end = HurwitzZeta.value(s, Jet.exp(Jet(variable: 2, theta, of: count)) + 1)
    logTotal = Jet.log(HurwitzZeta.value(s, Jet(1, of: count)) - end)
    logFirst = ofData ? Jet(variable: 3, theta, of: count) : nil
  }

  /// ln of exp(a)·Σ_{k=n+1}^{K} p_k for x = e^u.
  func logLoss(_ u: Double) -> Jet {
    let learned = logFirst.map { Jet.exp((u - $0) / s) } ?? Jet(exp(u), of: count)
    return scale + Jet.log(HurwitzZeta.value(s, learned + 1) - end) - logTotal
  }
}
