import Basics
import SweepModel
import Testing

@testable import Reports

struct RoundingTests {
  private func text(
    _ value: Double, _ error: Double?, _ interval: ClosedRange<Double>? = nil
  ) -> String {
    let rounded = RoundedEstimate(value: value, error: error, interval: interval)
    return [rounded.estimate, rounded.interval].compactMap(\.self).joined(separator: " ")
  }

  @Test
  func estimate_hardErrors_haveTwoDigitsAndCarry() {
    #expect(text(0.39847, 0.0995) == "0.40 \\pm 0.10")
    #expect(text(0.39847, 0.0994) == "0.398 \\pm 0.099")
    #expect(text(0.39847, 0.00995) == "0.398 \\pm 0.010")
    #expect(text(12.3456, 9.95) == "12 \\pm 10")
    #expect(text(12.3456, 9.94) == "12.3 \\pm 9.9")
    #expect(text(12.3456, 0.105) == "12.35 \\pm 0.11")
    #expect(text(0.5, 1) == "0.50 \\pm 1.0")
    #expect(text(0.3995, 0.041) == "0.400 \\pm 0.041")
    #expect(text(-0.3995, 0.041) == "-0.400 \\pm 0.041")
    #expect(text(0.0001, 0.041) == "1.0\\times 10^{-4} \\pm 0.041")
    #expect(text(-0.0001, 0.041) == "-1.0\\times 10^{-4} \\pm 0.041")
  }

  @Test
  func estimate_largeAndSmall_shareOnePowerOfTen() {
    #expect(text(123_456, 123_456) == "(1.2 \\pm 1.2)\\times 10^{5}")
    #expect(text(5, 123_456) == "5.0 \\pm 1.2\\times 10^{5}")
    #expect(text(99_960, 95) == "99960 \\pm 95")
    #expect(text(99_999.9, 95) == "(1.00000 \\pm 0.00095)\\times 10^{5}")
    #expect(
      text(4.8213e8, 1.23e7, 4.61e8...5.09e8)
        == "(4.82 \\pm 0.12)\\times 10^{8} [4.61, 5.09]\\times 10^{8}")
    #expect(text(5012, 1234) == "5000 \\pm 1200")
    #expect(text(1.234e-5, 2.5e-7) == "(1.234 \\pm 0.025)\\times 10^{-5}")
    #expect(text(1e300, 1e299) == "(1.00 \\pm 0.10)\\times 10^{300}")
    #expect(
      text(.leastNonzeroMagnitude, .leastNonzeroMagnitude) == "(5.0 \\pm 5.0)\\times 10^{-324}")
  }

  @Test
  func estimate_withoutError_hasFourDigits() {
    #expect(text(0.398_46, nil) == "0.3985")
    #expect(text(2, nil) == "2.000")
    #expect(text(2, 0) == "2.000")
    #expect(text(2, .infinity) == "2.000")
    #expect(text(0, nil) == "0")
    #expect(text(99_996, nil) == "1.000\\times 10^{5}")
    #expect(text(5.76e23, nil) == "5.760\\times 10^{23}")
  }

  @Test
  func interval_asymmetricOpenOrCrossingZero_hasTheEstimatesDecimals() {
    #expect(text(0.39847, 0.041, 0.2968...0.7) == "0.398 \\pm 0.041 [0.297, 0.700]")
    #expect(text(0.01, 0.041, -0.0999...0.1) == "0.010 \\pm 0.041 [-0.100, 0.100]")
    #expect(text(0.39847, 0.041, 0...(.infinity)) == "0.398 \\pm 0.041 [0.000, \\infty]")
    #expect(text(480, 120, 3.2...40_000) == "480 \\pm 120 [3.2, 4.0\\times 10^{4}]")
    #expect(text(.nan, nil) == "\\text{--}")
  }

  @Test
  func decimal_everyPlace_isExactOnTheDigitsShown() {
    func rounded(_ value: Double, _ place: Int) -> String? {
      DecimalNumber(value)?.rounded(to: place).text
    }
    #expect(rounded(9.95, -1) == "10.0")
    #expect(rounded(0.5, 0) == "1")
    #expect(rounded(0.49, 0) == "0")
    #expect(rounded(-0.4, 0) == "0")
    #expect(rounded(999, 3) == "1000")
    #expect(rounded(49, 3) == "0")
    #expect(rounded(1e22, 0) == "10000000000000000000000")
    #expect(rounded(1.5e-7, -8) == "0.00000015")
    #expect(DecimalNumber(.infinity) == nil)
    // Against plain arithmetic, where that is exact enough: away from halves.
    for step in 1..<5000 {
      let value = Double(step) * 0.0137
      let plain = Number.fixed(value, 2)
      guard abs((value * 100).truncatingRemainder(dividingBy: 1) - 0.5) > 1e-9 else { continue }
      #expect(rounded(value, -2) == plain, "\(value)")
    }
  }
}
