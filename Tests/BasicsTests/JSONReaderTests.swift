import Basics
import Testing

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws -> JSON { try JSON(Array(text.utf8)) }

  @Test func values_ofEveryKind_areRead() throws {
    let value = try read(
      #"{"a": [1, 2.5, NaN], "b": {"c": null, "d": true}, "e": "\u00e9\n\ud83d\ude00", "f": [1, "x"], "g": -7}"#
    )
    guard case .numbers(let numbers)? = value["a"] else {
      Issue.record("a is no list of numbers")
      return
    }
    #expect(numbers.prefix(2) == [1, 2.5] && numbers[2].isNaN)
    #expect(value["b"]?["c"] == .null)
    #expect(value["b"]?["d"]?.number == 1)
    #expect(value["e"]?.text == "é\n😀")
    #expect(value["f"] == .list([.integer(1), .text("x")]))
    #expect(value["g"] == .integer(-7))
    #expect(value.members.map(\.name) == ["a", "b", "e", "f", "g"])
    #expect(value["missing"] == nil)
  }

  @Test func numbers_asPythonWritesThem_areTheirBits() throws {
    #expect(try read("0.1") == .real(0.1))
    #expect(try read("-0.0").number?.sign == .minus)
    #expect(try read("1e-320").number == Double("1e-320"))
    #expect(try read("-Infinity") == .real(-.infinity))
    #expect(try read("9223372036854775807") == .integer(.max))
    #expect(try read("9223372036854775808") == .real(9_223_372_036_854_775_808))
  }

  @Test(arguments: [
    "", "{", "[1,", "[1 2]", "{\"a\" 1}", "{\"a\": 1,}", "[1,]", "\"a", "\"\\x\"", "\"\\ud800\"",
    "tru", "0x10", "1 2", "{1: 2}", "--1", "1e", "nan(1)", "]",
  ])
  func text_thatIsNoJSON_isRefusedWithAPlace(_ text: String) {
    let error = #expect(throws: JSONDamage.self) { try read(text) }
    #expect((error?.offset ?? -1) >= 0 && (error?.offset ?? 0) <= text.utf8.count)
    #expect(error?.message.isEmpty == false)
  }

  @Test func depthAndNumber_ofValues_areLimited() throws {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(throws: JSONDamage.self) { try read(deep) }
    let many = Array(("[" + String(repeating: "{},", count: 99) + "{}]").utf8)
    #expect(throws: JSONDamage.self) { try JSON(many, limit: 100) }
    #expect(throws: Never.self) { try JSON(many, limit: 101) }
    let numbers = Array(("[" + String(repeating: "1,", count: 799) + "1]").utf8)
    #expect(throws: Never.self) { try JSON(numbers, limit: 101) }
    #expect(throws: JSONDamage.self) { try JSON(numbers, limit: 100) }
  }
}
