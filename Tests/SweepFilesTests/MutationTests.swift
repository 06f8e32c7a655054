import Basics
import SweepModel
import Testing

@testable import SweepFiles

/// Mutates good files at random: whatever comes in, the parser returns a valid value or an error
/// that names a place, and never crashes.
@Suite struct MutationTests {
  private static let pieces = [
    ":", ",", "[", "]", "{", "}", "\"", "'", "#", "-", "- ", "\n", "  ", "\t", "*a", "&a ",
    "!!int ",
    "1e999", "-1", "0", ".nan", "9223372036854775808", "grid", "zip: ", "exclude: ", "points: ",
    "range: ", "? ", "|", ">", "%", "---\n", "...", "\u{0}", "\u{FEFF}", "ä", "\r", "null", "~",
    "<<: ", "count: 1000000", "log2space: ", "as: int", "local", "\u{2028}", "@", "`", "0x10",
    "[[[[", "}}}}", "1e3", "true",
  ]

  private func mutate(_ text: String, with random: inout SplitMix64) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let position = Int.random(in: 0...scalars.count, using: &random)
      let end = min(scalars.count, position + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: scalars.removeSubrange(position..<end)
      case 1: scalars.insert(contentsOf: scalars[position..<end], at: position)
      case 2: scalars.removeSubrange(end...)
      case 3 where position < scalars.count:
        scalars[position] = Unicode.Scalar(UInt8.random(in: 0...127, using: &random))
      default:
        let piece = Self.pieces.randomElement(using: &random) ?? ""
        scalars.insert(contentsOf: Array(piece.unicodeScalars), at: position)
      }
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func parse_mutatedSweep_isValidOrHasAPlace(seed: UInt64) {
    print("mutation seed \(seed)")
    var random = SplitMix64(seed: seed)
    let originals = [
      Preset.named("parity-steps-small")?.text ?? "",
      Preset.named("parity-learning-rate")?.text ?? "",
      withHead(
        """
        grid:
          zip: {width: [1, 2], depth: [2, 3]}
          seed: {range: [0, 3]}
          exclude: [{width: 1, seed: 2}]
          points: [{width: 7, depth: 2, seed: 0, alpha: 0.5}]
        resources: {threads: 2, memory: 1GiB, timeout: 1h30m}
        fits: {a: {x: parameters, y: loss, by: [seed], xRange: [1, 2]}}
        """),
    ]
    for round in 0..<1500 {
      let text = mutate(originals[round % originals.count], with: &random)
      do throws(FileError) {
        let sweep = try parse(text)
        #expect(!sweep.jobs.isEmpty)
        #expect(Set(sweep.jobs.map(\.key)).count == sweep.jobs.count)
        #expect(SafeName.problem(sweep.name) == nil)
      } catch {
        let isPlaced = error.line != nil || error.message == "the file is empty"
        #expect(isPlaced && !error.message.isEmpty, "seed \(seed), round \(round): \(error)")
      }
    }
  }

  @Test(arguments: [11, 12] as [UInt64])
  func parse_mutatedCluster_isValidOrHasAPlace(seed: UInt64) {
    print("mutation seed \(seed)")
    var random = SplitMix64(seed: seed)
    let original = """
      defaults: {user: kim, port: 22, folder: ~/q}
      hosts:
        - local
        - 16/kim@node1:2222
        - {name: big, host: node3, cores: 4, memory: 2GiB, identity: ~/.ssh/id}
        - "[::1]:22"
      """
    for round in 0..<1500 {
      let text = mutate(original, with: &random)
      do throws(FileError) {
        let cluster = try ClusterFile.parse(text: text, origin: "c")
        #expect(Set(cluster.hosts.map(\.name)).count == cluster.hosts.count)
      } catch {
        let isPlaced = error.line != nil || error.message == "the file is empty"
        #expect(isPlaced && !error.message.isEmpty, "seed \(seed), round \(round): \(error)")
      }
    }
  }

  @Test func override_mutated_isValidOrAnError() {
    var random = SplitMix64(seed: 21)
    for _ in 0..<2000 {
      let argument = mutate("width=log2space(10,500,3,int)", with: &random)
      do throws(FileError) {
        _ = try parse(withHead("grid: {seed: [0, 1]}"), overrides: [argument])
      } catch {
        #expect(error.line != nil || error.file.hasPrefix("--set "), "\(error)")
      }
    }
  }
}
