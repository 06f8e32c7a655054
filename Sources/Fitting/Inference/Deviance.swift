import Glibc
import SweepModel

/// −2 ln of the likelihood that an objective stands for, its scale at its best value, up to the
/// constant n(1 + ln 2π): what information criteria and profile intervals compare.
///
/// With F the objective's minimum and n points: least squares n·ln(2F/n) (Gauss, on the raw or the
/// log scale); least absolute deviations 2n + 2n·ln(2F/n) − n(1 + ln 2π) (Laplace); Huber
/// min over σ of 2F/σ² + 2n·ln Z(σ) − n(1 + ln 2π), Z(σ) = ∫exp(−ρ_δ(r)/σ²)dr
/// = σ√(2π)·erf(δ/(σ√2)) + 2(σ²/δ)·exp(−δ²/(2σ²)), which tends to both. Raw and log objectives are
/// not comparable with each other.
enum Deviance {
  static func value(_ objective: FitRequest.Objective, _ sum: Double, count: Int) -> Double {
    let n = Double(count)
    let constant = n * (1 + log(2 * Double.pi))
    switch objective {
    case .leastSquares, .logLeastSquares: return n * log(2 * sum / n)
    case .leastAbsolute: return 2 * n + 2 * n * log(2 * sum / n) - constant
    case .huber(let delta):
      let perPoint = leastOverScale { logScale in
        let scale = exp(logScale)
        let ratio = delta / scale
        let mass =
          scale * (2 * Double.pi).squareRoot() * erf(ratio / 2.0.squareRoot())
          + 2 * scale * scale / delta * exp(-ratio * ratio / 2)
        return 2 * sum / (n * scale * scale) + 2 * log(mass)
      }
      return n * perPoint - constant
    }
  }

  /// The least value over ln σ by golden section; the function has one minimum.
  private static func leastOverScale(_ value: (Double) -> Double) -> Double {
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-60.0, 30.0)
    while high - low > 1e-9 {
      let (a, b) = (high - golden * (high - low), low + golden * (high - low))
      if value(a) < value(b) { high = b } else { low = a }
    }
    return value((low + high) / 2)
  }
}
