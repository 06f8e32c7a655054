import Glibc
import SweepModel

/// What follows from a form's parameters: compute-optimal frontiers and the theory's other axes.
public enum Derived {
  /// The quantities of a form.
  ///
  /// For L = E + A·N^-α + B·D^-β and C = 6·N·D (Hoffmann et al. 2022, eq. 4): a_opt = β/(α + β),
  /// b_opt = α/(α + β), G = (αA/(βB))^(1/(α+β)), N_opt(C) = G·(C/6)^a_opt,
  /// D_opt(C) = (C/6)^b_opt/G, and their ratio D_opt/N_opt.
  ///
  /// For the quantization model (Michaud et al. 2023, eq. 4–6): the exponents that a pool without
  /// end would show, α_N = α and α_D = α_S = α/(1 + α).
  static func quantities(of form: FitRequest.Form, budgets: [Double]) -> [Functional] {
    switch form {
    case .chinchilla: frontier(alpha: 3, beta: 4, budgets)
    case .chinchillaTied: frontier(alpha: 3, beta: 3, budgets)
    case .quanta, .quantaData:
      [
        Functional(name: "alpha_N", isLogarithmic: false) { $0[1] },
        Functional(name: "alpha_D", isLogarithmic: false) { $0[1] / (1 + $0[1]) },
      ]
    default: []
    }
  }

  private static func frontier(alpha: Int, beta: Int, _ budgets: [Double]) -> [Functional] {
    // Unless both terms fall there is no optimum.
    func opt(_ v: [Double]) -> Double {
      v[alpha] > 0 && v[beta] > 0 ? v[beta] / (v[alpha] + v[beta]) : .nan
    }
    func logG(_ v: [Double]) -> Double {
      (log(v[alpha]) + log(v[1]) - log(v[beta]) - log(v[2])) / (v[alpha] + v[beta])
    }
    let shares = [
      Functional(name: "a_opt", isLogarithmic: false, value: opt),
      Functional(name: "b_opt", isLogarithmic: false) { 1 - opt($0) },
      Functional(name: "G", isLogarithmic: true) { exp(logG($0)) },
    ]
    return shares
      + budgets.flatMap { budget in
        let base = log(budget / 6)
        let label = "C" + label(budget)
        return [
          Functional(name: "N_opt_\(label)", isLogarithmic: true) {
            exp(logG($0) + opt($0) * base)
          },
          Functional(name: "D_opt_\(label)", isLogarithmic: true) {
            exp((1 - opt($0)) * base - logG($0))
          },
          Functional(name: "tokens_per_param_\(label)", isLogarithmic: true) {
            exp((1 - 2 * opt($0)) * base - 2 * logG($0))
          },
        ]
      }
  }

  /// 5.76e+23 as `5p76e23`, which is a name in any language.
  public static func label(_ value: Double) -> String {
    String("\(value)".compactMap { $0 == "." ? "p" : $0 == "+" ? nil : $0 })
  }
}
