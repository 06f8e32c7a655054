import Foundation
import LabSupport
import Testing

/// A short campaign of `quanta-lab fuzz` over every surface, and every input that ever failed.
@Suite(.timeLimit(.minutes(10))) struct FuzzTests {
  private struct Report: Decodable {
    struct Failure: Decodable {
      let surface: String
      let seed: UInt64
      let what: String
    }
    let inputs: [String: Int]
    let failures: [Failure]
  }

  private static let corpus =
    #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 } + "/Corpus"

  private func fuzz(_ arguments: String...) async -> Command.Result {
    await Command.run(
      [Sandbox.programs + "/quanta-lab", "fuzz", "--corpus", Self.corpus] + arguments)
  }

  @Test func corpus_replayed_doesNoHarm() async {
    let result = await fuzz("--replay")
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func damagedInputs_ofEverySurface_doNoHarm() async throws {
    let seed = UInt64.random(in: 0...1 << 48)
    print("quanta-lab fuzz --first-seed \(seed)")
    let result = await fuzz("--inputs", "4000", "--first-seed", "\(seed)", "--json")
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    #expect(report.inputs.count == 10)
    #expect(report.failures.isEmpty, "\(result.output)")
    #expect(result.status == 0)
  }

  @Test func unknownSurface_isRefusedWithTheNames() async {
    let result = await fuzz("--surface", "yaml")
    #expect(result.status != 0)
    #expect(result.output.contains("no surface is called yaml; there are sweep, cluster, table"))
  }
}
