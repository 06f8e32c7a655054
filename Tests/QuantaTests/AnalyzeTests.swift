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

  /// Two rates of a decoder that learns its training set at once, or never.
  private static let sweep = """
    name: trial
    workload: grokking-addition
    settings: {steps: 1000, width: 32, trainNum: 30}
    grid: {decoderRate: [0, 0.01], embeddingRate: [0.0001, 0.01], seed: [0, 1]}
    """

  @Test func phases_ofASweep_areToldDrawnAndReported() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.sweep)
      let early = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      #expect(early.status == 0, "\(early.output)")
      let text = await sandbox.quanta("analyze", "phases", "trial")
      #expect(
        text.status == 0 && text.output.hasPrefix("complete: 8 points; training accuracy 0.9"))
      #expect(text.output.contains("embeddingRate \\ decoderRate  0  0.01\n"), "\(text.output)")

      let result = await sandbox.quanta("analyze", "phases", "trial", "--json")
      let maps = try #require(try object(result.output)["maps"] as? [[String: Any]])
      #expect(maps.count == 1 && maps[0]["x"] as? String == "decoderRate")
      let cells = try #require(maps[0]["cells"] as? [[String: Any]])
      for cell in cells {
        let isStill = cell["x"] as? Double == 0
        #expect((cell["phase"] as? String == "confusion") == isStill, "\(cell)")
        let train = try #require(cell["train"] as? [String: Any])
        #expect(train["reached"] as? Bool == !isStill)
        if isStill { #expect(train["step"] as? Int == 1000 && cell["delay"] == nil) }
      }

      let lenient = await sandbox.quanta(
        "analyze", "phases", "trial", "--train-threshold", "0", "--test-threshold", "0", "--csv",
        "--x", "embeddingRate", "--output", "maps")
      let rows = lenient.output.split(separator: "\n")
      #expect(
        rows[0] == "embeddingRate,decoderRate,phase,share,runs,missing,train,train_reached,"
          + "test,test_reached,delay,delay_reached")
      #expect(rows[1...4].allSatisfy { $0.contains(",comprehension,1.0,2,0,") }, "\(rows)")
      #expect(sandbox.text(of: "maps/trial-phases.svg").hasPrefix("<svg"))

      let plot = await sandbox.quanta("plot", "trial", "--what", "phases", "--what", "landscape")
      let names = [
        "phases", "landscape-loss", "sections-loss", "landscape-error", "sections-error",
      ]
      #expect(plot.output == names.map { "./trial-\($0).svg" }.joined(separator: "\n"))
      #expect(await sandbox.quanta("report", "trial").status == 0)
      #expect(sandbox.text(of: "trial.html").contains("trial: phases"))
    }
  }

  @Test func phases_ofASweepThatDoesNotLearn_areRefused() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      let result = await sandbox.quanta("analyze", "phases", "trial")
      #expect(result.status == 2 && result.output.contains("steps.train"), "\(result.output)")
      let axis = await sandbox.quanta("analyze", "phases", "trial", "--x", "sise")
      #expect(axis.output.contains("Did you mean size?"), "\(axis.output)")
      let plot = await sandbox.quanta("plot", "trial", "--what", "phases")
      #expect(
        plot.status == 2
          && plot.output.hasPrefix("trial has nothing to draw as phases: its jobs do not record"),
        "\(plot.output)")
      #expect(plot.output.contains("steps.train and steps.test"))
      let gap = await sandbox.quanta("analyze", "phases", "trial", "--gap", "-1")
      #expect(gap.status == 2)
    }
  }
}
