import Fitting
import Foundation
import SweepModel
import Testing

/// The cases of `expected.json` whose data may not be copied: `QUANTA_FIT_DATA` names a folder with
/// `isoflops_openathena.csv`.
struct ExternalCaseTests {
  private static let folder = ProcessInfo.processInfo.environment["QUANTA_FIT_DATA"]

  @Test(
    .enabled(
      if: folder != nil,
      "isoflops_openathena.csv states no licence; QUANTA_FIT_DATA names no folder with it"),
    arguments: ["epochai_chinchilla__massivetext__chinchilla", "marin_202603__comma__llama_2"])
  func isoflops_openAthena_reachVerticesFrontierAndBivariateFits(experiment: String) throws {
    let expected = try Cases.expected("iso_\(experiment)")
    let table = try Cases.table("isoflops_openathena.csv", in: Self.folder)
    let rows = try table.rows(where: ["experiment": experiment, "outlier": "False"])
    let approach = expected["approach2"]
    for (name, size) in [("a", "params"), ("b", "tokens")] {
      let points = try rows.map { row in
        func number(_ column: String) throws -> Double {
          try #require(Double(row[try table.column(column)]))
        }
        return IsoFlopPoint(
          budget: try number("budget"), size: try number(size), y: try number("loss"))
      }
      let frontier = try IsoFlopFrontier(points: points, resamples: 0)
      #expect(abs(frontier.exponent.value - approach[name].number) < 1e-9)
      #expect(abs(frontier.intercept.value - approach["\(name)_intercept"].number) < 1e-8)
      #expect(frontier.parabolas.count == Int(approach["budgets"].number))
      guard name == "a" else { continue }
      for (parabola, vertex) in zip(frontier.parabolas, approach["log10_N_opt"].array) {
        #expect(abs(parabola.log10Vertex - vertex.number) < 1e-9)
      }
    }
    let points = try table.points(["params", "tokens"], "loss", rows: rows)
    for (key, objective) in [
      ("raw_ls", FitRequest.Objective.leastSquares), ("huber_log_1e3", .huber(delta: 1e-3)),
    ] {
      let fit = try Fitter.fit(
        points: points, form: .chinchilla, objective: objective, uncertainty: .none, selects: false)
      let values = expected[key]
      let value = key == "raw_ls" ? values["rss"].number / 2 : values["objective_value"].number
      #expect(abs(fit.objectiveValue - value) <= 1e-8 * value)
      for name in ["E", "A", "B", "alpha", "beta"] {
        Cases.expect(
          fit, name, values["params"][name].number,
          relative: ["A", "B"].contains(name) ? 1e-4 : 1e-5)
      }
      let share = fit.derived.first { $0.name == "a_opt" }
      #expect(abs((share?.value ?? 0) - values["a_opt"].number) < 1e-5)
    }
  }
}
