import Testing

@testable import SweepFiles

@Suite struct SpacingTests {
  @Test func binary_publishedGrids_matchNumPy() throws {
    for line in try fixtureLines("published-grids") {
      let parts = line.split(separator: ":")
      let head = parts[0].split(separator: " ")
      let first = try #require(Double(head[0]))
      let last = try #require(Double(head[1]))
      let count = try #require(Int(head[2]))
      let expected = parts[1].split(separator: " ").compactMap { Int($0) }
      #expect(expected.count == count)
      #expect(Spacing.binary(from: first, to: last, count: count).map { Int($0) } == expected)
    }
  }

  @Test func binary_widthsOfThePaper_startAt9AndEndAt500() {
    let widths = Spacing.binary(from: 10, to: 500, count: 30).map { Int($0) }
    #expect(widths.prefix(3) == [9, 11, 13])
    #expect(widths.last == 500)
    #expect(Spacing.binary(from: 1e4, to: 5e6, count: 30).first.map { Int($0) } == 9999)
  }

  @Test func linear_manyShapes_matchNumPyBitForBit() throws {
    for line in try fixtureLines("linspace") {
      let parts = line.split(separator: ":")
      let head = parts[0].split(separator: " ")
      let first = try #require(Double(head[0]))
      let last = try #require(Double(head[1]))
      let count = try #require(Int(head[2]))
      let expected = parts[1].split(separator: " ").compactMap { UInt64($0, radix: 16) }
      let found = Spacing.linear(from: first, to: last, count: count).map(\.bitPattern)
      #expect(found == expected, "\(parts[0])")
    }
  }

  @Test func decimal_powersOfTen_areExact() {
    #expect(Spacing.decimal(from: 1, to: 1000, count: 4) == [1, 10, 100, 1000])
  }

  @Test func binary_learningRates_areExactPowersOfTwo() {
    let rates = Spacing.binary(from: 0.000244140625, to: 8, count: 16)
    #expect(rates.map { $0.significand } == [Double](repeating: 1, count: 16))
    #expect(rates.map { Int($0.exponent) } == Array(-12...3))
  }
}

@Suite struct DecimalRangeTests {
  private func range(_ first: String, _ end: String, _ step: String) throws -> DecimalRange {
    try DecimalRange(
      first: #require(DecimalText(first)), end: #require(DecimalText(end)),
      step: #require(DecimalText(step)), limit: 1000)
  }

  @Test func range_wholeNumbers_leavesTheEndOut() throws {
    #expect(try range("0", "3", "1").whole == [0, 1, 2])
    #expect(try range("0", "10", "4").whole == [0, 4, 8])
    #expect(try range("3", "0", "-1").whole == [3, 2, 1])
    #expect(try range("100", "300", "100").whole == [100, 200])
  }

  @Test func range_decimals_areTheWrittenNumbers() throws {
    #expect(try range("0.1", "0.9", "0.1").reals == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    #expect(try range("0.1", "0.4", "0.1").reals == [0.1, 0.2, 0.3])
    #expect(try range("1", "2", "0.25").reals == [1, 1.25, 1.5, 1.75])
  }

  @Test func range_withoutValues_throws() {
    #expect(throws: DecimalRange.Problem.empty) { try range("3", "3", "1") }
    #expect(throws: DecimalRange.Problem.empty) { try range("3", "5", "-1") }
    #expect(throws: DecimalRange.Problem.zeroStep) { try range("3", "5", "0") }
    #expect(throws: DecimalRange.Problem.tooMany) { try range("0", "5000", "1") }
    #expect(throws: DecimalRange.Problem.overflow) { try range("0", "1e18", "1e-3") }
  }

  @Test func range_nearTheLargestInteger_stops() throws {
    #expect(try range("9223372036854775800", "9223372036854775807", "5").whole?.count == 2)
  }
}
