import Foundation
import LabSupport
import Testing

/// `quanta analyze`: theory without training, and what a sweep's runs have become.
@Suite struct AnalyzeTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  /// A quarter of the published number of sets, against the science page's table.
  @Test func representation_asJSON_isThePublishedProbability() async throws {
    try await Sandbox.with { sandbox in
      let result = await sandbox.quanta(
        "analyze", "representation", "--p", "10", "--train-num", "18,21,…,30", "--sets", "500",
        "--seed", "3", "--json")
      #expect(result.status == 0)
      let document = try object(result.output)
      #expect(document["p"] as? Int == 10)
      let rows = try #require(document["rows"] as? [[String: Any]])
      #expect(rows.map { $0["trainNum"] as? Int } == [18, 21, 24, 27, 30])
      for (row, expected) in zip(rows, [0.039, 0.317, 0.700, 0.910, 0.983]) {
        let unique = try #require(row["unique"] as? Double)
        // The table's own 2000 sets vary too.
        let variance = expected * (1 - expected) * (1 / 500.0 + 1 / 2000.0)
        #expect(row["sets"] as? Int == 500)
        #expect(abs(unique - expected) <= 3 * variance.squareRoot(), "\(row)")
      }
      let table = await sandbox.quanta(
        "analyze", "representation", "--train-num", "18", "--sets", "500", "--seed", "3")
      #expect(table.output.hasPrefix("trainNum  sets  unique       ±\n      18   500  0.0"))
    }
  }

  @Test(arguments: ["15,…", "15,18,…", "…,39", "3,3", "1,x", "", "60", "15,18,…,14"])
  func representation_ofImpossibleSizes_isRefused(sizes: String) async throws {
    try await Sandbox.with { sandbox in
      let result = await sandbox.quanta("analyze", "representation", "--train-num", sizes)
      #expect(result.status == 2 && result.output.contains("--train-num"), "\(result.output)")
    }
  }
}
