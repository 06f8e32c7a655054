import Analysis
import Basics
import Fitting
import SweepModel

/// Text and symbols for LaTeX.
enum TeX {
  /// Text in which nothing is a command; the mathematical letters that forms and theories use
  /// become mathematics, and raised digits powers.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    var power = ""
    for character in text {
      if let digit = raised[character] {
        power.append(digit)
        continue
      }
      if !power.isEmpty { escaped += "$^{\(power)}$" }
      power = ""
      escaped += self.escaped(character)
    }
    return power.isEmpty ? escaped : escaped + "$^{\(power)}$"
  }

  private static let raised: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁻": "-",
  ]

  private static func escaped(_ character: Character) -> String {
    switch character {
    case "\\": "\\textbackslash{}"
    case "~": "\\textasciitilde{}"
    case "^": "\\textasciicircum{}"
    case "_", "&", "%", "$", "#", "{", "}": "\\\(character)"
    case "\n", "\r", "\r\n", "\t": " "
    default: mathematics[character].map { "$\($0)$" } ?? String(character)
    }
  }

  private static let mathematics: [Character: String] = [
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "η": "\\eta", "σ": "\\sigma",
    "×": "\\times", "·": "\\cdot", "−": "-", "≤": "\\leq", "≥": "\\geq", "∞": "\\infty",
    "<": "<", ">": ">", "±": "\\pm", "Δ": "\\Delta", "Σ": "\\Sigma", "ρ": "\\rho", "τ": "\\tau",
    "ε": "\\varepsilon", "λ": "\\lambda", "∝": "\\propto", "≈": "\\approx", "→": "\\to",
  ]

  /// The symbol of a parameter or derived quantity: `alpha` as α, `x0` as x₀, `N_opt_C1e22` as
  /// N_opt(10²²).
  static func symbol(_ name: String) -> String {
    let greek = ["alpha", "beta", "eta", "gamma"]
    if name == "eps" { return "\\varepsilon" }
    if greek.contains(name) { return "\\\(name)" }
    if let budget = budget(name) { return budget }
    let parts = name.split(separator: "_").map(String.init)
    if parts.count == 2 {
      let base = greek.contains(parts[0]) ? "\\\(parts[0])" : parts[0]
      return parts[1].count == 1 ? "\(base)_\(parts[1])" : "\(base)_{\\mathrm{\(parts[1])}}"
    }
    guard name.count == 2, let first = name.first, let last = name.last, parts.count == 1 else {
      return name.count == 1 ? name : "\\mathrm{\(escaped(name))}"
    }
    return "\(first)_\(last)"
  }

  /// Optimal sizes of a compute budget: `N_opt_C5p76e23`, `tokens_per_param_C5p76e23`.
  private static func budget(_ name: String) -> String? {
    let heads = [
      "N_opt_C": "N_{\\mathrm{opt}}", "D_opt_C": "D_{\\mathrm{opt}}",
      "tokens_per_param_C": "D_{\\mathrm{opt}}/N_{\\mathrm{opt}}",
    ]
    for (head, symbol) in heads where name.hasPrefix(head) {
      let digits = String(name.dropFirst(head.count).map { $0 == "p" ? "." : $0 })
      guard let value = Double(digits), let number = DecimalNumber(value),
        let power = number.leadingPlace
      else { return nil }
      let mantissa = number.divided(byTenTo: power).text
      return symbol
        + (mantissa == "1" || mantissa == "1.0"
          ? "(10^{\(power)})" : "(\(mantissa)\\times 10^{\(power)})")
    }
    return nil
  }

  /// The formula of a form.
  static func formula(_ form: FitRequest.Form) -> String {
    let quanta = "L = b\\sum_{n<k\\leq K} p_k,\\ p_k \\propto k^{-(\\alpha+1)},\\ "
    return switch form {
    case .power: "L = b\\,x^{-c}"
    case .offset: "L = E + b\\,x^{-c}"
    case .shifted: "L = E + b\\,(x + x_0)^{-c}"
    case .m4: "(L - E)/(1 - L)^{\\alpha} = b\\,x^{-c}"
    case .bnsl1, .bnsl2, .bnsl3:
      "L = E + b\\,x^{-c_0}\\prod_{i}\\bigl(1 + (x/d_i)^{1/f_i}\\bigr)^{-c_i f_i}"
    case .chinchilla: "L = E + A\\,N^{-\\alpha} + B\\,D^{-\\beta}"
    case .chinchillaTied: "L = E + A\\,N^{-\\alpha} + B\\,D^{-\\alpha}"
    case .repeated: "L = E + A\\,N'^{-\\alpha} + B\\,D'^{-\\beta}"
    case .overtrained: "L = E + (a\\,M^{\\eta} + b\\,M^{-\\eta})\\,C^{-\\eta}"
    case .quanta: quanta + "n = x"
    case .quantaData: quanta + "n = (x/x_1)^{1/(1+\\alpha)}"
    case .errorLaw: "y = \\varepsilon - k\\,e^{-\\gamma x}"
    }
  }
}
