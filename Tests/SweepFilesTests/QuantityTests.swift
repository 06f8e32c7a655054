import Testing

@testable import SweepFiles
@testable import SweepModel

@Suite struct QuantityTests {
  @Test(arguments: [
    ("30s", 30.0), ("1h30m", 5400), ("24h", 86_400), ("2d", 172_800), ("250ms", 0.25),
    ("1.5h", 5400), ("1h30m15s", 5415), ("01:30:00", 5400), ("100:00:00", 360_000),
    ("1-12:00:00", 129_600), ("0s", 0), ("1m500ms", 60.5),
    ("5 min", 300), ("5min", 300), ("90 seconds", 90), ("1 hour", 3600), ("2 days", 172_800),
    ("1 h 30 min", 5400), ("1h30min", 5400), ("1.5 hrs", 5400), ("20 s", 20), ("24:00:00", 86_400),
    ("5 Min", 300), ("2 Hours", 7200), ("2 weeks", 1_209_600),
  ])
  func duration_wellFormed_isSeconds(text: String, seconds: Double) {
    #expect(Quantity.duration(text) == seconds)
  }

  @Test(arguments: [
    "", "30", "s", "30x", "-30s", "30m1h", "1h1h", "1:30", "01:60:00", "01:00:60", "1-25:00:00",
    "inf", "1e3s", "１h", "1..5h", ".5h", "5.h", "30  s", " 30s", "30s ", "5M", "5 months",
    "99999999999d", "1-", "::", "٣s",
  ])
  func duration_malformed_isNil(text: String) {
    #expect(Quantity.duration(text) == nil)
  }

  @Test(arguments: [
    ("1GiB", 1 << 30), ("512MiB", 512 << 20), ("4GB", 4_000_000_000), ("100B", 100),
    ("1.5GiB", 3 << 29), ("64KiB", 65_536), ("1kB", 1000), ("2TiB", 2 << 40),
    ("1PB", 1_000_000_000_000_000), ("4 GiB", 4 << 30), ("1gib", 1 << 30), ("4gb", 4_000_000_000),
    ("512Mi", 512 << 20),
  ])
  func size_wellFormed_isBytes(text: String, bytes: Int) {
    #expect(Quantity.size(text) == bytes)
  }

  @Test(arguments: [
    "", "4G", "1024", "GiB", "-1GiB", "0B", "0.5B", "1e3B", "1  GiB", "99999999PiB", "1i", "NaNB",
  ])
  func size_malformed_isNil(text: String) {
    #expect(Quantity.size(text) == nil)
  }

  @Test func quantity_thatSaysTooLittle_isToldWhatToWrite() {
    #expect(
      Quantity.remedy(forSize: "512M")
        == "some programs mean 512MB by it and others 512MiB: write one")
    #expect(Quantity.remedy(forSize: "4 g")?.contains("4GiB") == true)
    #expect(Quantity.remedy(forSize: "1024") == "say of what, such as 1024MiB")
    #expect(Quantity.remedy(forDuration: "90") == "say of what, such as 90s or 90min")
    #expect(Quantity.remedy(forSize: "half") == nil && Quantity.remedy(forDuration: "soon") == nil)
  }

  /// What the reader takes, the schema takes, and the reverse.
  @Test(arguments: [
    "1GiB", "512 MiB", "4gb", "4Gi", "100B", "4G", "1024", "1 weeks", "5 Min", "5M", "1h30m",
    "2 Hours",
    "30s", "250ms", "250MS", "90", "1-12:00:00", "5 months",
  ])
  func patterns_ofTheSchema_areThoseOfTheReader(text: String) throws {
    let size = try Regex(Quantity.sizePattern)
    let duration = try Regex(Quantity.durationPattern)
    #expect((text.wholeMatch(of: size) != nil) == (Quantity.size(text) != nil))
    #expect((text.wholeMatch(of: duration) != nil) == (Quantity.duration(text) != nil))
  }
}

@Suite struct DecimalTextTests {
  @Test(arguments: [
    ("0", 0), ("-0", 0), ("12", 12), ("+12", 12), ("-12", -12), ("200_000", 200_000),
    ("2e5", 200_000), ("2.5e1", 25), ("1.0", 1), ("100e-2", 1), ("1_0e1_0", 100_000_000_000),
    ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ("9007199254740993", 9_007_199_254_740_993), ("0e999999999999", 0), ("0.000", 0),
  ])
  func whole_exactlyWhole_isTheNumber(text: String, number: Int) throws {
    #expect(try #require(DecimalText(text)).whole == .value(number))
  }

  @Test(arguments: [
    ("2.5", DecimalText.Whole.fraction), ("1e-1", .fraction), ("1e-999999999", .fraction),
    ("9223372036854775808", .overflow), ("-9223372036854775809", .overflow), ("1e19", .overflow),
    ("1e999999999999999999999", .overflow), ("10000000000000000000000", .overflow),
  ])
  func whole_notWhole_saysWhy(text: String, problem: DecimalText.Whole) throws {
    #expect(try #require(DecimalText(text)).whole == problem)
  }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "1e+", "0x10", "010", "00", "1__0", "_1", "1_", "1,5", ".inf",
    "nan", "1 2", "--1", "1.2.3", "2024-01-01", "1:30", "٣", "1e5.5", "1._5", "-01",
  ])
  func init_notANumber_isNil(text: String) {
    #expect(DecimalText(text) == nil)
  }

  @Test func real_anyNumber_isTheNearestDouble() throws {
    #expect(DecimalText("0.1")?.real == 0.1)
    #expect(DecimalText(".5")?.real == 0.5)
    #expect(DecimalText("5.")?.real == 5)
    #expect(DecimalText("1_000.25e-2")?.real == 10.0025)
    #expect(DecimalText("1e400")?.real == nil)
    #expect(DecimalText("1e-400")?.real == nil)
    #expect(try #require(DecimalText("-0.0")?.real).sign == .plus)
  }
}
