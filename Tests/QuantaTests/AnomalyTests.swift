import Foundation
import LabSupport
import Testing

/// Attribution and detection on networks that learn within seconds, from the sweep file to the figure.
@Suite(.timeLimit(.minutes(10))) struct AnomalyTests {
  private let sweep = """
    name: strange
    workload: sparse-parity
    settings: {alpha: 0.1, tasks: 5, bits: 13, subset: 2, width: 48, batch: 256, steps: 4000,
      logEvery: 1000, learningRate: 0.004, untrained: 2, backdoor: 0.3}
    grid: {seed: [0, 1]}
    keep: weights
    """

  private static func text(_ sandbox: Sandbox, _ name: String) throws -> String {
    try String(contentsOfFile: "\(sandbox.folder)/\(name)", encoding: .utf8)
  }

  private func json(_ result: Command.Result) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func samples_areAttributedToTheirSubtasks() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", sweep)
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      let ask = ["analyze", "attribute", "strange", "--trusted", "300", "--samples", "150"]
      let found = await sandbox.quanta(ask + ["--json"])
      #expect(found.status == 0, "\(found.output)")
      let jobs = try #require(try json(found)["jobs"] as? [[String: Any]])
      #expect(jobs.count == 2)
      for job in jobs {
        let right = try #require(job["right"] as? [String: Double])
        #expect(right["byNeighbour"] ?? 0 > 0.95 && right["byScore"] ?? 0 > 0.9, "\(right)")
        #expect(right["byParts"] ?? 0 > 0.85, "\(right)")
        let samples = try #require(job["samples"] as? [[String: Any]])
        #expect(samples.count == 150)
        for sample in samples {
          let controls = try #require(sample["controls"] as? [Int])
          #expect(controls.count == 1 && (1...5).contains(controls[0]))
          // The label is the parity of bits, so a prediction below 0.1 nats has the same.
          #expect(sample["label"] as? Int == sample["prediction"] as? Int)
          #expect((sample["neighbours"] as? [Any])?.count == 10)
        }
      }
      let rows = await sandbox.quanta(ask + ["--csv"])
      let lines = rows.output.split(separator: "\n")
      #expect(rows.status == 0 && lines.count == 301, "\(rows.output.prefix(400))")
      #expect(
        lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 19 })
      let text = await sandbox.quanta(ask)
      #expect(text.output.contains("right by the nearest neighbour"), "\(text.output)")
      #expect(text.output.contains("and 130 further samples"), "\(text.output)")
      let both = await sandbox.quanta(ask + ["--csv", "--json"])
      #expect(both.status == 2, "\(both.output)")
    }
  }

  @Test func strangers_areToldFromOthers() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", sweep)
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      let ask = ["analyze", "anomalies", "strange", "--trusted", "300", "--samples", "200"]
      let found = await sandbox.quanta(ask + ["--json", "--output", "figures"])
      #expect(found.status == 0, "\(found.output)")
      #expect(sandbox.files.contains("figures/strange-anomalies.svg"))
      let document = try json(await sandbox.quanta(ask + ["--json"]))
      let rows = try #require(document["rows"] as? [[String: Any]])
      func area(_ anomaly: String, _ detector: String) -> Double? {
        let row = rows.first {
          $0["anomaly"] as? String == anomaly && $0["detector"] as? String == detector
        }
        return (row?["auroc"] as? [String: Double])?["mean"]
      }
      #expect(document["networks"] as? Int == 2 && rows.count % 7 == 0)
      #expect(area("untrained", "novelty") ?? 0 > 0.95, "\(rows)")
      #expect(area("backdoor", "novelty") ?? 0 > 0.8, "\(rows)")
      // A flipped label shows in signs alone, and in the loss at once.
      #expect(abs((area("flipped", "novelty") ?? 0) - 0.5) < 0.15)
      #expect(area("flipped", "confidence") ?? 0 > 0.99)
      let report = await sandbox.quanta("report", "strange", "--output", "strange.html")
      let page = try Self.text(sandbox, "strange.html")
      #expect(report.status == 0 && page.contains("detection of anomalies"), "\(report.output)")
      #expect(page.contains("those of one of 2 networks"))
      let text = await sandbox.quanta(ask)
      #expect(text.output.contains("control bit never trained"), "\(text.output)")
      let lines = await sandbox.quanta(ask + ["--csv"]).output.split(separator: "\n")
      #expect(lines.first?.hasSuffix("auroc,aurocConfident") == true)
      #expect(
        lines.count == 1
          + (document["jobs"] as? [[String: Any]] ?? []).reduce(0) {
            $0 + 7 * (($1["cases"] as? [Any])?.count ?? 0)
          })
    }
  }

  /// What knows no such samples has no such row, and a network that knows nothing says so.
  @Test func networks_withoutCasesOrKnowledge_saySo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: dull
        workload: sparse-parity
        settings: {tasks: 3, bits: 6, subset: 2, width: 4, batch: 8, steps: 20, logEvery: 10}
        grid: {seed: [0]}
        keep: weights
        """)
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      for command in ["attribute", "anomalies"] {
        let none = await sandbox.quanta("analyze", command, "dull")
        #expect(none.status == 0 && none.output.contains("train"), "\(none.output)")
        let wrong = await sandbox.quanta("analyze", command, "dull", "--neighbours", "0")
        #expect(wrong.status == 2, "\(wrong.output)")
      }
    }
  }
}
