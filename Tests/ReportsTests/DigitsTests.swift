import Analysis
import Fitting
import Foundation
import SweepModel
import Testing

@testable import Reports

/// Printed numbers are the numbers, to half a unit of their last digit, at every scale.
@Suite struct DigitsTests {
  /// A printed number: its value, and what half a unit of its last digit is worth.
  private struct Printed {
    let value: Double
    let half: Double
    let width: Int
    let hasPower: Bool
  }

  private let number =
    /([−-]?\d+(?:\.\d+)?)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\\times 10\^\{(-?\d+)\})?/

  private func read(_ mantissa: Substring, power: Int?) -> Printed {
    let plain = mantissa.replacing("−", with: "-")
    let parts = plain.split(separator: ".")
    // Zeros that end a whole number, as of 27000, may stand for digits that its error leaves none of.
    let zeros = parts.count == 1 ? plain.reversed().prefix { $0 == "0" }.count : 0
    let place = parts.count > 1 ? -parts[1].count : plain == "0" ? 0 : zeros
    // As decimals, for a product of a mantissa and a power would be rounded twice.
    return Printed(
      value: Double("\(plain)e\(power ?? 0)") ?? .nan,
      half: 0.5 * pow(10, Double((power ?? 0) + place)), width: mantissa.count,
      hasPower: power != nil)
  }

  /// The numbers of a text, a power behind brackets given to each of those within.
  private func numbers(_ text: String) -> [Printed] {
    let digits: [Character: String] = [
      "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
      "⁹": "9", "⁻": "-",
    ]
    func power(_ raised: Substring?, _ plain: Substring?) -> Int? {
      raised.flatMap { Int($0.map { digits[$0] ?? "" }.joined()) } ?? plain.flatMap { Int($0) }
    }
    let bracket = /[\(\[]([^\]\)]*)[\)\]](?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\\times 10\^\{(-?\d+)\})/
    if let match = text.firstMatch(of: bracket) {
      let shared = power(match.2, match.3)
      return match.1.matches(of: number).map { read($0.1, power: shared) }
    }
    return text.matches(of: number).map { match in
      let own = power(match.2, match.3)
      return read(match.1, power: own)
    }
  }

  private func expect(_ text: String, _ values: [Double], noise: Double, _ comment: String) {
    let printed = numbers(text)
    #expect(printed.count == values.count, "\(comment): \(text)")
    for (one, value) in zip(printed, values) {
      #expect(
        abs(one.value - value) <= one.half * (1 + 1e-9) || abs(value) <= noise,
        "\(comment): \(value) is printed as \(text)")
      #expect(one.width <= 11, "\(comment): \(text)")
    }
  }

  @Test func estimates_atEveryScaleAndError_arePrintedToHalfAUnit() {
    for power in stride(from: -14, through: 16, by: 3) {
      for mantissa in [1, -1.0000001, 2.718281828459045, 9.9949999, 9.9999999999] {
        let value = mantissa * pow(10, Double(power))
        for relative in [0, 1e-16, 1e-9, 3.3e-5, 0.0123, 0.47, 1, 8.1, 2e3] {
          let error = relative * abs(value)
          let interval = (value - 1.9 * error)...(value + 2.2 * error)
          for notation in [RoundedEstimate.Notation.text, .tex] {
            let rounded = RoundedEstimate(
              value: value, error: error, interval: interval, in: notation)
            let comment = "\(value) ± \(error)"
            let noise = 1.1e-9 * 2.05 * error
            expect(rounded.value, [value], noise: noise, comment)
            expect(
              rounded.estimate, error > 0 ? [value, error] : [value], noise: noise, comment)
            expect(
              rounded.interval ?? "", [interval.lowerBound, interval.upperBound], noise: noise,
              comment)
            if relative > 1e-7 {
              // Two numbers that differ by an error's width look different.
              let ends = numbers(rounded.interval ?? "")
              #expect(ends[0].value < ends[1].value, "\(comment): \(rounded.interval ?? "")")
            }
          }
        }
      }
    }
  }

  @Test func zeros_toRounding_arePrintedAsZero() {
    func text(_ value: Double, _ error: Double?, _ interval: ClosedRange<Double>?) -> String {
      RoundedEstimate(value: value, error: error, interval: interval, noise: 1e-13, in: .text).line
    }
    #expect(text(1.1e-17, 0.0095, -0.0272...0.0272) == "0.0000 [−0.0272, 0.0272]")
    #expect(text(-1.56e-61, 6.4e-62, -5e-10...5e-10) == "0 [−5.0, 5.0]×10⁻¹⁰")
    #expect(text(0, 1e-83, -2e-83...2e-83) == "0 [0, 0]")
    #expect(text(-3e-17, nil, nil) == "0")
    #expect(text(0.34, 0.01, -1e-20...0.6) == "0.340 [0.000, 0.600]")
    // What an error dwarfs, but not by a thousand million, keeps its digits.
    #expect(RoundedEstimate(value: 273.6, error: 5.7e5, in: .text).value == "2.7×10²")
  }

  /// What spans decades shares no decimals: each number has its own power of ten, and none is 0.
  @Test func positives_overDecades_haveTheirOwnPowers() {
    func text(_ value: Double, _ error: Double?, _ interval: ClosedRange<Double>?) -> String {
      RoundedEstimate(value: value, error: error, interval: interval, in: .text).line
    }
    #expect(text(6.3e10, 3.7e23, 5.5e3...3.6e12) == "6.3×10¹⁰ [5.5×10³, 3.6×10¹²]")
    #expect(text(1.6e15, 1e20, 3.3e10...2.35e20) == "1.6×10¹⁵ [3.3×10¹⁰, 2.4×10²⁰]")
    #expect(text(1e-9, 2.4e14, 0...(.infinity)) == "1.0×10⁻⁹ [0, ∞]")
    #expect(text(4.2e11, 9.9e11, 0...(.infinity)) == "4.2×10¹¹ [0, ∞]")
    #expect(text(4.2e18, 1e26, 3.9e7...(.infinity)) == "4.2×10¹⁸ [3.9×10⁷, ∞]")
    #expect(text(1.2, 4e38, 1.1...5e39) == "1.2 [1.1, 5.0×10³⁹]")
    #expect(text(1.2, nil, -5...1e40) == "1.2 [−5.0, 1.00×10⁴⁰]")
    #expect(text(3.4e-4, 1e-5, -.infinity...(.infinity)) == "3.40×10⁻⁴ [−∞, ∞]")
    #expect(text(0.34, 0.01, 1e-20...0.6) == "0.340 [1.0×10⁻²⁰, 0.60]")
    #expect(text(480, 120, 3.2...40_000) == "480 [3.2, 4.0×10⁴]")
    let whole = RoundedEstimate(value: 27_000, error: 5.4e7, in: .text)
    #expect(whole.estimate == "2.7×10⁴ ± 5.4×10⁷")
    let tex = RoundedEstimate(value: 6.3e10, error: 3.7e23, interval: 5.5e3...3.6e12)
    #expect(tex.estimate == "6.3\\times 10^{10} \\pm 3.7\\times 10^{23}")
    #expect(tex.interval == "[5.5\\times 10^{3}, 3.6\\times 10^{12}]")
  }

  /// Positive estimates with intervals and errors of any size: no printed number but 0 is 0.
  @Test func positives_beside_anyErrorAndInterval_areNeverZero() {
    for value in [1e-30, 3.3e-7, 0.34, 27_000, 6.3e10, 1e60] {
      for low in [0, 1e-40, 1e-3, 0.999] {
        for high in [1.001, 3e3, 1e30, .infinity] {
          for error in [nil, 1e-12, 0.1, 1.1, 1e4, 1e50] as [Double?] {
            for notation in [RoundedEstimate.Notation.text, .tex] {
              let range = low * value...high * value
              let rounded = RoundedEstimate(
                value: value, error: error.map { $0 * value }, interval: range, in: notation)
              let comment = "\(value) ± \(error ?? 0)·: \(range)"
              let ends = [range.lowerBound, range.upperBound].filter(\.isFinite)
              expect(rounded.value, [value], noise: 0, comment)
              expect(rounded.interval ?? "", ends, noise: 0, comment)
              let all = numbers(rounded.line) + numbers(rounded.estimate)
              #expect(
                all.count { $0.value == 0 } == (low == 0 ? 1 : 0),
                "\(comment): \(rounded.line), \(rounded.estimate)")
            }
          }
        }
      }
    }
  }

  /// Fits of y of any size: every number of the table is the fit's.
  @Test func tables_ofFitsAtEveryScale_showTheFitsNumbers() throws {
    for power in stride(from: -12, through: 15, by: 3) {
      let unit = pow(10, Double(power))
      let points = (0..<9).map { index in
        FitPoint(
          x: unit * pow(2, Double(index)),
          y: unit * (1 + pow(2, -0.4 * Double(index))) * (1 + 0.01 * sin(Double(5 * index))),
          cluster: index)
      }
      let fit = try Fitter.fit(points: points, form: .offset, uncertainty: .asymptotic)
      for estimate in fit.parameters {
        let comment = "\(estimate.name) at 1e\(power)"
        let noise = 1e-9 * (estimate.standardError ?? 0)
        let isBound = fit.isFloorAtBound && estimate.name == "E"
        if !isBound {
          expect(FitText.value(fit, estimate), [estimate.value], noise: noise, comment)
        }
        if let range = estimate.ci95, let text = FitText.interval(fit, estimate) {
          let ends = [range.lowerBound, range.upperBound].filter(\.isFinite)
          expect(text, ends, noise: noise, comment)
        }
        if let error = estimate.standardError, let text = FitText.error(fit, estimate) {
          expect(text, [error], noise: 0, comment)
        }
      }
    }
  }
}
