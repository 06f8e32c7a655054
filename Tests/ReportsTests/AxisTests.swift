import Testing

@testable import Reports

struct AxisTests {
  private func labels(_ range: ClosedRange<Double>, _ scale: Axis.Scale) -> [String] {
    Axis(title: "", scale: scale, range: range, pixels: (0, 100)).ticks.compactMap(\.label)
  }

  @Test
  func logTicks_rangesOfAnyLength_areRound() {
    #expect(labels(1...1e6, .log) == ["10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"])
    #expect(labels(5000...160_000, .log) == ["5000", "10000", "20000", "50000", "100000"])
    #expect(labels(0.18...0.55, .log) == ["0.2", "0.3", "0.4", "0.5"])
    #expect(labels(0.95...1.05, .log).count >= 3)
    #expect(labels(1e-12...1e12, .log).count <= 9)
  }

  @Test
  func linearTicks_anyRange_areRound() {
    #expect(labels(0...1, .linear) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(0.5...500.5, .linear) == ["100", "200", "300", "400", "500"])
    #expect(
      labels(-1e-9...1e-9, .linear) == ["−1.0×10⁻⁹", "−5.0×10⁻¹⁰", "0", "5.0×10⁻¹⁰", "1.0×10⁻⁹"])
    #expect(labels(-1...1, .linear) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
  }

  @Test
  func ticks_ofNarrowRanges_differ() {
    for (range, scale) in [
      (0.499_98...0.500_02, Axis.Scale.linear), (2.900e7...2.904e7, .linear),
      (1.000_001...1.000_002, .log), (-1e-7...3e-7, .linear), (0.0...1e-12, .linear),
    ] {
      let found = labels(range, scale)
      #expect(found.count >= 3 && Set(found).count == found.count, "\(range): \(found)")
    }
  }

  @Test
  func range_ofAlmostEqualValues_isNotStretched() throws {
    let range = try #require(Axis.range(around: [1, 1.0001], scale: .log))
    #expect(range.upperBound / range.lowerBound < 1.0002)
    #expect(try #require(Axis.range(around: [2, 2], scale: .log)).contains(2))
  }

  @Test
  func labels_thatWouldRunIntoEachOther_areLeftOut() {
    let axis = Axis(title: "", scale: .linear, range: 0...10, pixels: (0, 60))
    let kept = axis.separated(axis.ticks, gap: 4, extent: Axis.labelWidth).compactMap(\.label)
    #expect(kept.count < axis.ticks.count && kept.first == axis.ticks.first?.label)
    let wide = Axis(title: "", scale: .linear, range: 0...10, pixels: (0, 600))
    #expect(wide.separated(wide.ticks, gap: 4, extent: Axis.labelWidth).count == wide.ticks.count)
  }

  @Test
  func position_logAxis_isLinearInTheLogarithm() {
    let axis = Axis(title: "", scale: .log, range: 1...100, pixels: (0, 200))
    #expect(abs(axis.position(10) - 100) < 1e-12)
  }

  @Test
  func numbers_anySize_areReadable() {
    #expect(Number.fixed(-0.04, 1) == "0.0")
    #expect(Number.fixed(2.5, 0) == "3")
    #expect(Number.significant(0.099_96) == "0.100")
    #expect(Number.significant(1_234_567) == "1.23×10⁶")
    #expect(Number.significant(0.000_012_3) == "1.23×10⁻⁵")
    #expect(Number.significant(-12.34) == "−12.3")
    #expect(Number.tick(0.001, isPlain: true) == "0.001")
    #expect(Number.tick(2000, isPlain: true) == "2000")
    #expect(Number.tick(2000, isPlain: false) == "2×10³")
    #expect(Number.tick(2e-4, isPlain: false) == "2×10⁻⁴")
  }
}
