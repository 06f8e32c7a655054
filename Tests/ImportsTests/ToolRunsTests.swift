import Foundation
import Imports
import SweepModel
import Testing

/// Folders of tools, from the folder to the plan.
@Suite struct ToolRunsTests {
  private static let map = """
    metrics: {loss: {values: losses, steps: log_steps}}
    """

  private static let grid = """
    name: grid
    workload: self-test
    settings: {steps: 101}
    grid: {size: {range: [10, 20]}, seed: [0, 1, 2, 3]}
    fits: {c: {x: size, y: loss.final}}
    """

  /// Forty runs by an array of jobs, seven killed in the middle, three with half an `info.json`.
  @Test func sacredGrid_withKilledAndTruncatedRuns_adoptsTheOthers() throws {
    let folder = try ImportFolder()
    let sacred = SacredFolder(path: folder.path + "/runs")
    for number in 0..<40 {
      let ending: SacredFolder.Ending =
        (11..<18).contains(number)
        ? .killed : [3, 20, 39].contains(number) ? .truncated : .completed
      try sacred.write(number + 1, size: 10 + number / 4, seed: number % 4, ending)
    }
    let plan = try folder.plan(["runs"], Self.grid, map: Self.map)
    #expect(plan.items.count == 40 && plan.points.count == 30)
    #expect(plan.items[0].name.hasSuffix("/runs/1") && plan.items[9].name.hasSuffix("/runs/10"))
    #expect(
      plan.refusals.count(where: { $0.hasPrefix("unfinished: it was killed: its status") }) == 7)
    let truncated = plan.refusals.filter { $0.hasPrefix("damaged: ") }
    #expect(
      truncated.count == 3 && truncated.allSatisfy { $0.contains("info.json") }, "\(truncated)")
    let reading = try #require(plan.adopted.first.flatMap(plan.reading))
    #expect(reading.tool == "Sacred" && reading.run.version == "0.8.7")
    #expect(reading.run.hostname == "node091")
    #expect(reading.run.files.map { $0.split(separator: "/").last }.contains("info.json"))
    let curve = try #require(reading.result.curve("loss"))
    #expect(curve.steps == [0, 10, 100] && curve.values[2] == 0.1 && curve.values[1].isNaN)
    #expect(reading.result.scalar("loss.final") == 0.1)
  }

  /// Sacred sets a seed of its own: where the sweep has another one, a run is not of it.
  @Test func recordedSetting_thatContradicts_isToldUnlessIgnored() throws {
    let folder = try ImportFolder()
    try SacredFolder(path: folder.path + "/runs").write(1, size: 10, seed: 77)
    let sweep = "{name: s, workload: self-test, grid: {size: [10, 20]}}"
    let plan = try folder.plan(["runs"], sweep, map: Self.map)
    #expect(plan.refusals == ["foreign: it is not of this sweep: its seed is 77, the sweep's is 0"])
    #expect(
      try folder.plan(["runs"], sweep, map: Self.map + "\nignore: seed").points == ["size=10"])
  }

  @Test func listsWithoutSteps_areCountedAsTheMapSays() throws {
    let folder = try ImportFolder()
    try SacredFolder(path: folder.path + "/runs").write(1, size: 10, seed: 1)
    let plan = try folder.plan(["runs"], map: "metrics: {loss: {values: losses, every: 50}}")
    #expect(plan.firstResult?.curve("loss")?.steps == [0, 50, 100])
    let uneven = try folder.plan(
      ["runs"], map: "metrics: {loss: {values: losses, steps: missing}}")
    #expect(uneven.refusals == ["lacking: it does not record missing, the steps of losses"])
    let subtasks = try folder.plan(
      ["runs"], map: "metrics: {loss: {values: losses_subtasks, steps: log_steps}}\nrequires: loss")
    #expect(
      subtasks.firstResult?.curves == [
        Curve(name: "loss", steps: [0, 10, 100], columns: 2, values: [1, 4, 2, 5, 3, 6])
      ])
  }

  @Test func mlflowFolder_andHydrasOutput_areRuns() throws {
    let folder = try ImportFolder()
    for (id, size, status) in [("a1", 10, 3), ("b2", 20, 4)] {
      let run = "mlruns/0/\(id)"
      try folder.write(
        "\(run)/meta.yaml",
        "run_id: \(id)\nexperiment_id: '0'\nstatus: \(status)\nstart_time: 1764400000000\n"
          + "end_time: 1764400060000\nlifecycle_stage: active\n")
      try folder.write("\(run)/params/size", "\(size)")
      try folder.write("\(run)/params/seed", "1")
      try folder.write("\(run)/metrics/loss", "1764400000000 0.5 0\n1764400001000 0.25 10\n")
    }
    let mlflow = try folder.plan(["mlruns"])
    #expect(mlflow.points == ["size=10 seed=1"])
    #expect(mlflow.firstResult?.scalar("loss.final") == 0.25)
    #expect(mlflow.refusals == ["unfinished: its status is FAILED"])

    for (number, size, last) in [(0, 10, 20), (1, 20, 10)] {
      let run = "multirun/2026-11-29/10-00-00/\(number)"
      try folder.write("\(run)/.hydra/config.yaml", "model:\n  size: \(size)\nseed: 0\n")
      try folder.write("\(run)/.hydra/overrides.yaml", "- model.size=\(size)\n- seed=0\n")
      try folder.write(
        "\(run)/metrics.csv",
        "step,loss\n" + stride(from: 0, through: last, by: 10).map { "\($0),1.5\n" }.joined())
    }
    let hydra = try folder.plan(
      ["multirun"], map: "parameters: {size: model.size}")
    #expect(hydra.points == ["size=10 seed=0"])
    #expect(hydra.refusals.count == 1)
    #expect(hydra.refusals[0].hasPrefix("unfinished: it ends at step 10, others at 20"))
  }

  /// A model in base64 in the result, as jsonpickle leaves it.
  @Test func hugeRecord_isReadWithoutHarm() throws {
    let folder = try ImportFolder()
    let sacred = SacredFolder(path: folder.path + "/runs")
    try sacred.write(1, size: 10, seed: 1)
    let path = "\(folder.path)/runs/1/run.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let model = String(repeating: "QUJD", count: 700_000)
    try Data(text.replacingOccurrences(of: "AAAA", with: model).utf8)
      .write(to: URL(fileURLWithPath: path))
    #expect(try folder.plan(["runs"], map: Self.map).points == ["size=10 seed=1"])
  }
}
