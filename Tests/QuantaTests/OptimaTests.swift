import Foundation
import LabSupport
import Testing

/// `quanta compute-optimal`, `optimum` and `downstream`: what they say, write and refuse.
@Suite struct OptimaTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  private static func loss(_ n: Double, _ d: Double) -> Double {
    1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)
  }

  /// Four budgets with seven sizes each; a = 0.28/0.62.
  private static let isoFlops: String = {
    var rows = ["n,d,loss,c"]
    for level in 0..<4 {
      let c = 1e19 * pow(5, Double(level))
      for place in 0..<7 {
        let n = 1.4 * pow(c / 6, 0.28 / 0.62) * pow(1.4, Double(place - 3))
        rows.append(
          "\(n),\(c / 6 / n),\(loss(n, c / 6 / n) * (1 + 0.0005 * sin(Double(7 * level + 3 * place)))),\(c)"
        )
      }
    }
    return (rows + ["1e9,1e10,,1e19"]).joined(separator: "\n") + "\n"
  }()

  @Test func approaches_thatTheRowsFeed_standSideBySide() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.isoFlops)
      let words = [
        "compute-optimal", "runs.csv", "--x", "n", "--x2", "d", "--y", "loss", "--budget", "c",
        "--flops", "1e22", "--bootstrap", "100",
      ]
      let result = await sandbox.quanta(words + ["--json"])
      #expect(result.status == 0, "\(result.output)")
      let found = try object(result.output)
      #expect(found["n"] as? Int == 28 && found["leftOut"] as? Int == 1)
      let approaches = try #require(found["approaches"] as? [[String: Any]])
      #expect(
        approaches.map { $0["approach"] as? String } == ["envelope", "isoflop", "parametric"])
      #expect((approaches[0]["refused"] as? String)?.contains("at least 5 sizes") == true)
      for approach in approaches.dropFirst() {
        let a = try #require((approach["a"] as? [String: Any])?["value"] as? Double)
        #expect(abs(a - 0.28 / 0.62) < 0.02, "\(approach)")
        let optimum = try #require((approach["optima"] as? [[String: Any]])?.first)
        #expect(optimum["N"] != nil && optimum["D"] != nil)
        let interval = try #require((optimum["y"] as? [String: Any])?["ci95"] as? [Double])
        let n = pow(0.34 * 400 / (0.28 * 410), 1 / 0.62) * pow(1e22 / 6, 0.28 / 0.62)
        let least = Self.loss(n, 1e22 / 6 / n)
        #expect(interval[0] < least && least < interval[1], "\(approach)")
      }
      let text = await sandbox.quanta(words + ["--output", "out"])
      #expect(text.output.contains("1 envelope: left out.") && text.output.contains("2 isoFLOP"))
      for file in ["compute-optimal.json", "compute-optimal.tex", "compute-optimal.svg"] {
        #expect(sandbox.exists("out/\(file)"), "\(file)")
      }
      #expect(sandbox.text(of: "out/compute-optimal.tex").contains("3 parametric & $0.4"))
    }
  }

  @Test func bestLearningRate_isALaw_andAnEdgeMinimumIsNamed() async throws {
    try await Sandbox.with { sandbox in
      var rows = ["n,lr,loss"]
      for size in 0..<5 {
        let n = 1e7 * pow(4, Double(size))
        let best = log10(3) - 0.35 * log10(n)
        for place in 0..<7 {
          let u = size == 4 ? -0.3 * Double(place + 1) : 0.25 * Double(place - 3) + 0.1
          rows.append(
            "\(n),\(pow(10, best + u)),\(2 + 0.3 * u * u + 1e-4 * sin(Double(size + 5 * place)))")
        }
      }
      try sandbox.write("lr.csv", rows.joined(separator: "\n") + "\n")
      let words = ["optimum", "lr.csv", "--minimum-over", "lr", "--x", "n", "--y", "loss"]
      let result = await sandbox.quanta(
        words + ["--at", "n=1e10", "--bootstrap", "200", "--json"])
      #expect(result.status == 0, "\(result.output)")
      let law = try #require((try object(result.output)["laws"] as? [[String: Any]])?.first)
      let exponents = try #require(law["exponents"] as? [String: [String: Any]])
      #expect(abs((exponents["n"]?["value"] as? Double ?? 0) + 0.35) < 0.01)
      #expect((law["best"] as? [Any])?.count == 1)
      let text = await sandbox.quanta(words + ["--output", "out"])
      #expect(text.output.contains("Left out: n = "), "\(text.output)")
      #expect(sandbox.exists("out/optimum.svg") && sandbox.exists("out/minima.csv"))
      let wrong = await sandbox.quanta(words + ["--at", "d=1"])
      #expect(wrong.status == 2 && wrong.output.contains("Name n."), "\(wrong.output)")
    }
  }

  @Test func accuracy_inTwoSteps_predictsARunHeldOut() async throws {
    try await Sandbox.with { sandbox in
      var rows = ["n,d,bpb,acc"]
      for size in 0..<5 {
        for data in 0..<4 {
          let (n, d) = (2e8 * pow(2, Double(size)), 4e9 * pow(3, Double(data)))
          let bpb =
            (0.5 + 40 * pow(n, -0.28) + 60 * pow(d, -0.25))
            * (1 + 0.002 * sin(Double(5 * size + 3 * data)))
          let acc = 0.25 + 0.7 / (1 + exp(9 * (bpb - 0.72))) + 0.003 * cos(Double(7 * size + data))
          rows.append("\(n),\(d),\(bpb),\(acc)")
        }
      }
      try sandbox.write("ladder.csv", rows.joined(separator: "\n") + "\n")
      let words = [
        "downstream", "ladder.csv", "--x", "n", "--x2", "d", "--loss", "bpb", "--accuracy", "acc",
        "--chance", "0.25", "--bootstrap", "200",
      ]
      let result = await sandbox.quanta(
        words + ["--hold-out", "1", "--at", "n=1e10,d=1e12", "--json"])
      #expect(result.status == 0, "\(result.output)")
      let found = try object(result.output)
      let held = try #require((found["heldOut"] as? [[String: Any]])?.first)
      #expect(held["isHeld"] as? Bool == true, "\(held)")
      #expect(abs(held["error"] as? Double ?? 1) < 0.02)
      #expect((found["predictions"] as? [Any])?.count == 1 && found["n"] as? Int == 19)
      let text = await sandbox.quanta(words + ["--hold-out", "1", "--output", "out"])
      #expect(
        text.output.contains("held") && sandbox.exists("out/downstream.svg"), "\(text.output)")
      let wrong = await sandbox.quanta(words + ["--ceiling", "0.2"])
      #expect(wrong.status == 2 && wrong.output.contains("the ceiling above"), "\(wrong.output)")
    }
  }
}
