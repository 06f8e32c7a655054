import SweepModel
import Testing

@testable import Store

@Suite struct ParameterTextTests {
  @Test(
    arguments: [
      .integer(1), .integer(.min), .integer(.max), .integer(0), .real(1), .real(-0.0), .real(0.1),
      .real(1e16), .real(1e-5), .real(.leastNonzeroMagnitude), .real(.greatestFiniteMagnitude),
      .real(123_456_789),
      .text(""), .text("1"), .text("1.0"), .text("true"), .text("a\"b\\c\n\t\u{0}\u{1F}é→𝄞,}{:"),
      .flag(true), .flag(false),
    ] as [Value])
  func decode_anyValue_comesBackWithItsType(value: Value) throws {
    let parameters = Parameters([
      Parameters.Entry(name: "b", value: value),
      Parameters.Entry(name: "a \"quoted\" näme", value: value),
    ])
    let text = ParameterText.encode(parameters)
    let decoded = try #require(ParameterText.decode(text))
    #expect(decoded == parameters)
    #expect(decoded["b"]?.description == value.description)
  }

  @Test func encode_typicalParameters_isReadableJSON() {
    #expect(
      ParameterText.encode(job(7).parameters)
        == #"{"alpha":1.0,"bias":true,"regime":"online","width":7}"#)
    #expect(ParameterText.encode(Parameters()) == "{}")
    #expect(ParameterText.decode("{}") == Parameters())
  }

  @Test(
    arguments: [
      "", "{", "}", "[]", #"{"a"}"#, #"{"a":}"#, #"{"a":1"#, #"{"a":1}x"#, #"{"a":1,}"#,
      #"{"a":nan}"#, #"{"a":"\x"}"#, #"{"a":"\u00"#, #"{"a":[1]}"#, #"{"a":null}"#, #"{"a":"b}"#,
    ])
  func decode_malformedText_isNil(text: String) {
    #expect(ParameterText.decode(text) == nil)
  }
}
