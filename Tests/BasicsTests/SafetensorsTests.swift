import Basics
import Testing

@Suite struct SafetensorsTests {
  private let file = Safetensors(
    [
      .init("layers.0.weight", shape: [2, 3], [1, -0.0, .infinity, 4, 5, -6.5]),
      .init("layers.0.bias", shape: [2], [0, 0.1]),
      .init("single", shape: [], [7]),
      .init("none", shape: [0, 4], []),
    ], metadata: ["step": "100", "format": "pt"])

  /// Written by hand from the format's description: names and metadata ascending, no gap.
  @Test func bytes_ofAFile_areThoseOfTheFormat() {
    let header =
      #"{"__metadata__":{"format":"pt","step":"100"},"#
      + #""layers.0.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""layers.0.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]},"#
      + #""none":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]},"#
      + #""single":{"dtype":"F32","shape":[],"data_offsets":[32,36]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var expected = (0..<8).map { UInt8(truncatingIfNeeded: padded.utf8.count >> (8 * $0)) }
    expected += Array(padded.utf8)
    for value: Float in [0, 0.1, 1, -0.0, .infinity, 4, 5, -6.5, 7] {
      expected += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
    }
    #expect(file.bytes == expected)
  }

  @Test func file_readAgain_isTheSame() throws {
    let again = try Safetensors(file.bytes)
    #expect(again == file)
    #expect(again["layers.0.weight"]?.values[1].sign == .minus)
    #expect(again["other"] == nil)
    try Safetensors.check(file.bytes)
  }

  @Test func file_cutAnywhere_isRefusedWithAPlace() {
    let bytes = file.bytes
    for count in 0..<bytes.count {
      #expect(throws: ByteDamage.self) { try Safetensors(Array(bytes[..<count])) }
    }
    #expect(throws: ByteDamage.self) { try Safetensors(bytes + [0]) }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}"#, "a is of type F16, not F32"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "another number of values"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "no list of whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "is not in the file"),
    (#"{"a":{"dtype":"F32","shape":[1e18,1e18],"data_offsets":[0,4]}}"#, "is too large"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, "a has no dtype"),
    (#"{}"#, "bytes follow the last array"),
    (#"[1]"#, "the header is no JSON object"),
    (#"{"a":"#, "the header: "),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#, "names an array twice"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "lies on another array"
    ),
  ])
  func header_ofAnotherKind_isRefused(header: String, words: String) {
    var writer = ByteWriter()
    writer.write(header.utf8.count)
    writer.write { $0 += Array(header.utf8) + [0, 0, 0, 0] }
    #expect("\(failure(writer.bytes))".contains(words), "\(failure(writer.bytes))")
  }

  @Test func header_longerThanTheFile_isRefused() {
    #expect(failure([255, 255, 255, 255, 255, 255, 255, 255, 0]).contains("does not fit"))
  }

  private func failure(_ bytes: [UInt8]) -> String {
    do throws(ByteDamage) {
      _ = try Safetensors(bytes)
      return "read"
    } catch {
      return "\(error)"
    }
  }
}
