import Foundation
import LabSupport
import Testing

/// What is found in networks whose weights were kept, from the sweep file to the figures.
@Suite(.timeLimit(.minutes(10))) struct InspectionTests {
  private static func text(_ sandbox: Sandbox, _ name: String) throws -> String {
    try String(contentsOfFile: "\(sandbox.folder)/\(name)", encoding: .utf8)
  }

  private func json(_ result: Command.Result) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(object as? [String: Any])
  }

  private static let python = Python.with("numpy")

  /// A network so small that it learns nothing much is measured as well as any.
  @Test(.enabled(if: python != nil, "needs Python with NumPy: scripts/setup --tests"))
  func mechanisms_areThoseThatNumPyFinds() async throws {
    let python = try #require(Self.python)
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: adding
        workload: omnigrok-modadd
        settings: {p: 11, fraction: 0.6, width: 32, heads: 2, hidden: 24, weightDecay: 1, steps: 600,
          logEvery: 200}
        grid: {seed: [3]}
        keep: {weights: 4}
        """)
      let run = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      #expect(run.status == 0, "\(run.output)")
      let found = await sandbox.quanta("analyze", "mechanisms", "adding", "--json", "--key", "2,5")
      #expect(found.status == 0, "\(found.output)")
      let jobs = try #require(try json(found)["jobs"] as? [[String: Any]])
      let study = try #require(jobs.first)
      let pairs = try #require(study["trainingPairs"] as? [Int])
      #expect(pairs.count == 72)
      try sandbox.write("pairs.json", "\(pairs)")
      let export = await sandbox.quanta(
        "export", "adding", "--weights", "weights", "--format", "npz")
      #expect(export.status == 0, "\(export.output)")
      let rows = try #require(study["steps"] as? [[String: Any]])
      #expect(rows.count >= 4)
      for row in rows {
        let step = try #require(row["step"] as? Int)
        let file = try #require(
          sandbox.files.first { $0.hasPrefix("weights/") && $0.hasSuffix("step=\(step).npz") })
        let peer = await Command.run([
          python, "\(ReadmeSection.root)/Tests/Peers/modadd_mechanisms.py",
          "\(sandbox.folder)/\(file)", "--training", "\(sandbox.folder)/pairs.json", "--key", "2,5",
          "--heads", "2",
        ])
        #expect(peer.status == 0, "\(peer.output)")
        for (name, expected) in try json(peer) where name != "key" {
          let ours = row[name] ?? study[name]
          let values = (expected as? [Double]) ?? [expected as? Double ?? .nan]
          let own = (ours as? [Double]) ?? [ours as? Double ?? .nan]
          #expect(values.count == own.count, "\(name) after step \(step)")
          for (a, b) in zip(own, values) {
            #expect(abs(a - b) <= 1e-9 * max(1, abs(b)), "\(name) after step \(step): \(a), \(b)")
          }
        }
      }
      let text = await sandbox.quanta("analyze", "mechanisms", "adding", "--output", "figures")
      #expect(text.output.contains("key frequencies"), "\(text.output)")
      #expect(sandbox.files.contains { $0.hasPrefix("figures/adding-mechanisms-") })
    }
  }

  /// A network so small that patterns of two bits are as much strangers as subtasks are: margins' signed
  /// cosines fail on it, absolute cosines do not.
  @Test func quanta_ofALearnedNetwork_areItsSubtasks() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: parities
        workload: sparse-parity
        settings: {alpha: 0.1, tasks: 5, bits: 12, subset: 2, width: 48, batch: 256, steps: 3000,
          logEvery: 1000, learningRate: 0.004}
        grid: {seed: [0]}
        keep: {weights: 8}
        """)
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      let found = await sandbox.quanta(
        "analyze", "quanta", "parities", "--samples", "400", "--json", "--counts", "2,4,8,16",
        "--recipe", "loss")
      #expect(found.status == 0, "\(found.output)")
      let study = try #require((try json(found)["jobs"] as? [[String: Any]])?.first)
      let variants = try #require(study["variants"] as? [[String: Any]])
      #expect(variants.count == 2 && study["trueCount"] as? Int == 5)
      let truth = try #require(variants[0]["atTrueCount"] as? [String: Double])
      #expect(truth["adjustedRand"] ?? 0 > 0.9, "\(found.output)")
      let text = await sandbox.quanta(
        "analyze", "quanta", "parities", "--samples", "400", "--output", "figures", "--floor",
        "0.02", "--hidden", "controls")
      #expect(text.output.contains("at the true count: ARI"), "\(text.output)")
      let figures = sandbox.files.filter { $0.hasPrefix("figures/parities-") }
      #expect(figures.count == 5, "\(figures)")
      let sheet = try Self.text(sandbox, try #require(figures.first { $0.contains("-samples-") }))
      #expect(sheet.contains("quantum 1: ") && sheet.contains("predicted "))
      // Twelve cells a sample, five samples at most of each cluster, and the legend.
      #expect(sheet.components(separatedBy: "<rect").count > 12 * 5 * 2)
      let emergence = try Self.text(
        sandbox,
        try #require(figures.first { $0.contains("-emergence-") }))
      #expect(emergence.contains("found quanta") && emergence.contains("true subtasks"))
      let report = await sandbox.quanta("report", "parities", "--output", "parities.html")
      let page = try Self.text(sandbox, "parities.html")
      #expect(report.status == 0 && page.contains("samples of clusters"), "\(report.output)")
      #expect(page.contains("emergence of quanta") && !page.contains("detection of anomalies"))
      let published = await sandbox.quanta(
        "analyze", "quanta", "parities", "--samples", "300", "--recipe", "published", "--starts",
        "2")
      #expect(published.status == 0 && published.output.contains("ARI"), "\(published.output)")
    }
  }

  @Test func whatKeepsNoWeights_isToldWhatToDo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: plain
        workload: sparse-parity
        settings: {tasks: 3, bits: 6, subset: 2, width: 4, batch: 8, steps: 20, logEvery: 10}
        grid: {seed: [0]}
        """)
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      let none = await sandbox.quanta("analyze", "quanta", "plain")
      #expect(none.status != 0 && none.output.contains("keep: weights"), "\(none.output)")
      let other = await sandbox.quanta("analyze", "mechanisms", "plain")
      #expect(other.status != 0 && other.output.contains("omnigrok-modadd"), "\(other.output)")
      for option in [["--samples", "1"], ["--floor", "0.5"], ["--hidden", "nothing"]] {
        let wrong = await sandbox.quanta(["analyze", "quanta", "plain"] + option)
        #expect(wrong.status == 2 || wrong.status == 64, "\(wrong.output)")
      }
    }
  }
}
