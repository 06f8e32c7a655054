import Foundation
import LabSupport
import Testing

/// `quanta predict`: places in and beyond the data, budgets, and what is refused.
@Suite struct PredictTests {
  private static func loss(_ n: Double, _ d: Double) -> Double {
    1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)
  }

  private static func table(sizes: Int) -> String {
    var rows = ["n,d,loss"]
    for size in 0..<sizes {
      for data in 0..<5 {
        let (n, d) = (1e8 * pow(3, Double(size)), 2e9 * pow(3, Double(data)))
        rows.append("\(n),\(d),\(loss(n, d) * (1 + 0.002 * sin(Double(7 * size + 3 * data))))")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }

  private func entries(_ text: String) throws -> [[String: Any]] {
    try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]], "\(text)")
  }

  private static let chinchilla = ["--x", "n", "--x2", "d", "--y", "loss", "--form", "chinchilla"]

  @Test func places_areEvaluatedWithIntervalsAndDistance() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table(sizes: 5))
      let words = ["predict", "runs.csv"] + Self.chinchilla + ["--bootstrap", "200", "--json"]
      let result = await sandbox.quanta(
        words + [
          "--at", "N=3e8,D=1e10", "--at", "n=8.1e11, d=1e10", "--at", "C=1e24", "--output", "out",
        ])
      #expect(result.status == 0, "\(result.output)")
      let json = String(result.output.prefix { $0 != "\u{1B}" }.split(separator: "out/")[0])
      let found = try entries(json)
      let inputs = try found.map { try #require($0["inputs"] as? [String: [String: Double]]) }
      #expect(inputs[0]["n"]?["decadesOutside"] == 0 && inputs[0]["d"]?["decadesOutside"] == 0)
      #expect(abs((inputs[1]["n"]?["decadesOutside"] ?? 0) - 2) < 1e-9)
      for (entry, place) in zip(found, [(3e8, 1e10), (8.1e11, 1e10)]) {
        let value = try #require(entry["value"] as? Double)
        let curve = try #require(entry["ci95"] as? [Double])
        let measurement = try #require(entry["measurement95"] as? [Double])
        #expect(curve[0] < value && value < curve[1])
        #expect(measurement[0] < curve[0] && curve[1] < measurement[1])
        let truth = Self.loss(place.0, place.1)
        #expect(measurement[0] < truth && truth < measurement[1])
      }
      let optimal = try #require(found[2]["optimal"] as? [String: [String: Any]])
      let (n, d) = (optimal["n"]?["value"] as? Double ?? 0, optimal["d"]?["value"] as? Double ?? 0)
      #expect(abs(6 * n * d / 1e24 - 1) < 1e-9)
      #expect((optimal["n"]?["ci95"] as? [Double])?.count == 2)
      for file in ["predictions.csv", "predictions.json", "scaling.svg"] {
        #expect(sandbox.exists("out/\(file)"), "\(file)")
      }
      #expect(sandbox.text(of: "out/scaling.svg").contains(">prediction</text>"))
    }
  }

  @Test func place_ofWhichTheDataSayNothing_isNotDetermined() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table(sizes: 2))
      let words = ["predict", "runs.csv"] + Self.chinchilla + ["--bootstrap", "200"]
      let result = await sandbox.quanta(words + ["--at", "n=1e11,d=2e10"])
      #expect(result.status == 1, "\(result.output)")
      #expect(result.output.contains("not determined"), "\(result.output)")
      #expect(result.output.contains("curves that fit the data equally well disagree here"))
      let known = await sandbox.quanta(words + ["--at", "n=1e8,d=1e12"])
      #expect(known.status == 0, "\(known.output)")
    }
  }

  @Test func placeThatDoesNotSuit_isRefusedWithTheNames() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table(sizes: 3))
      let words = ["predict", "runs.csv"] + Self.chinchilla
      for (place, sentence) in [
        ("n=1e9", "\"n=1e9\" gives no d"), ("q=1,d=2", "has no input q. It has n, d"),
        ("n=0,d=1", "inputs are finite numbers above 0"), ("n=x,d=1", "\"x\" is no number"),
        ("n=inf,d=1", "inputs are finite numbers above 0"),
        ("C=1e22,n=1e9,d=1e9", "gives C beside both inputs"),
      ] {
        let result = await sandbox.quanta(words + ["--at", place])
        #expect(result.status == 2 && result.output.contains(sentence), "\(result.output)")
      }
      let none = await sandbox.quanta(words)
      #expect(none.status == 2 && none.output.contains("--at says where"), "\(none.output)")
    }
  }

  @Test func sweep_isPredictedByItsOwnFits_andDrawnOutToThePlace() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: trial
        workload: self-test
        settings: {steps: 3}
        grid: {size: {range: [10, 16]}, seed: [0, 1]}
        fits:
          c: {x: size, y: loss.final}
        """)
      _ = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      let result = await sandbox.quanta("predict", "trial", "--at", "150", "--csv")
      #expect(result.status == 0, "\(result.output)")
      let row = result.output.split(separator: "\n").last?.split(
        separator: ",", omittingEmptySubsequences: false)
      #expect(row?.prefix(4) == ["trial", "c", "", "150"], "\(result.output)")
      let plot = await sandbox.quanta("plot", "trial", "--what", "scaling", "--at", "size=150")
      #expect(plot.status == 0, "\(plot.output)")
      #expect(sandbox.text(of: "trial-c.svg").contains(">prediction</text>"))
      let report = await sandbox.quanta("report", "trial", "--at", "size=150")
      #expect(report.status == 0 && sandbox.text(of: "trial.html").contains(">prediction</text>"))
      let wrong = await sandbox.quanta("plot", "trial", "--at", "width=150")
      #expect(wrong.status == 2 && wrong.output.contains("no input width"), "\(wrong.output)")
    }
  }
}
