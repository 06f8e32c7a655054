import Basics

/// Files of weights, as analyses, exports and the coordinator read them.
struct WeightsSurface: Surface {
  static let name = "weights"
  static let share = 20

  private let mutator: Mutator

  init(corpus: [[UInt8]]) {
    let example = Safetensors(
      [
        Safetensors.Tensor("layers.0.weight", shape: [2, 3], [1, -0.0, .nan, .infinity, 5, 6]),
        Safetensors.Tensor("layers.0.bias", shape: [2], [0, 1]),
        Safetensors.Tensor("empty", shape: [0, 4], []),
        Safetensors.Tensor("single", shape: [], [2]),
      ], metadata: ["format": "pt", "step": "100", "workload": "sparse-parity"])
    mutator = Mutator(
      corpus: corpus + [example.bytes], words: Self.words, limit: 8 << 10)
  }

  private static let words = [
    "{", "}", "[", "]", ":", ",", "\"", "\"F32\"", "\"F16\"", "\"dtype\":", "\"shape\":", "[0,24]",
    "\"data_offsets\":", "\"__metadata__\":", "1e999", "-1", "9223372036854775807", "null",
    "\\u0000",
  ]

  func input(_ random: inout Random) -> [UInt8] { mutator.input(&random) }

  func check(_ input: [UInt8]) throws {
    let file: Safetensors
    let again: Safetensors
    do throws(ByteDamage) {
      file = try Safetensors(input)
      again = try Safetensors(file.bytes)
    } catch {
      let offset =
        switch error {
        case .truncated(let offset), .malformed(_, let offset): offset
        }
      return try require((0...input.count).contains(offset), "an error without a place: \(error)")
    }
    try require(
      Self.bits(of: file) == Self.bits(of: again) && file.metadata == again.metadata,
      "weights change when they are written again")
  }

  /// Names, shapes and bits: not every number equals itself.
  private static func bits(of file: Safetensors) -> [String] {
    file.tensors.map { "\($0.name) \($0.shape) \($0.values.map(\.bitPattern))" }
  }
}
