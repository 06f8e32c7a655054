import Foundation
import LabSupport
import Testing

/// `quanta import` with the real programs: what was recorded elsewhere is adopted once, the rest is run.
@Suite(.timeLimit(.minutes(10))) struct ImportTests {
  private func document(_ result: Command.Result) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any],
      "\(result.output)")
  }

  private static let sweep = """
    name: w
    workload: self-test
    settings: {steps: 3}
    grid: {size: [10, 20, 30, 40], seed: [0, 1]}
    fits: {c: {x: size, y: loss.final}}
    """

  @Test func halfAGrid_isAdoptedOnce_andARunMakesTheRest() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", Self.sweep)
      try sandbox.write(
        "runs.csv",
        """
        size,seed,loss.final,status
        10,0,0.31,finished
        1e1,1,0.32,finished
        20,0,0.22,crashed
        40,1,0.15,finished
        """)
      let dry = await sandbox.quanta("import", "runs.csv", "--into", "w.yaml", "--dry-run")
      #expect(dry.status == 1)
      #expect(dry.output.contains("3 results would be adopted into w; nothing was changed"))
      #expect(!sandbox.exists("quanta-store"))

      let first = await sandbox.quanta("import", "runs.csv", "--into", "w.yaml")
      #expect(first.status == 1)
      #expect(first.output.contains("runs.csv:4 [size=20 seed=0]: its state is crashed"))
      #expect(first.output.contains("5 of 8 jobs have no result"), "\(first.output)")
      let again = try await document(
        sandbox.quanta("import", "runs.csv", "--into", "w", "--json"))
      #expect((again["counts"] as? [String: Int])?["recorded"] == 3)
      #expect((again["counts"] as? [String: Int])?["adopted"] == 0)

      let run = await sandbox.quanta("run", "w.yaml")
      #expect(run.status == 0 && run.output.contains("w: 8 jobs, 3 already done"), "\(run.output)")
      let calm = await sandbox.quanta("import", "runs.csv", "--into", "w")
      #expect(calm.status == 0, "\(calm.output)")

      // What a map leaves out is nothing that failed, and the order of columns means nothing.
      try sandbox.write("only.yaml", "only: {lr: 1}\nmetrics: {loss: loss}\n")
      try sandbox.write("more.csv", "lr,seed,loss.final,size\n2,0,9,10\n")
      let left = await sandbox.quanta(
        "import", "more.csv", "--into", "w", "--map", "only.yaml", "--dry-run")
      #expect(left.status == 0 && left.output.contains("the map takes only 1"), "\(left.output)")

      let export = await sandbox.quanta("export", "w")
      let origins = export.output.split(separator: "\n").filter { $0.contains("imported from") }
      #expect(origins.count == 3)
      let digest = await sandbox.shell("sha256sum runs.csv")
      let hash = try #require(digest.output.split(separator: " ").first)
      #expect(origins.allSatisfy { $0.contains("SHA-256 \(hash)") }, "\(export.output)")
      let told = await sandbox.quanta("explain", "0", "--sweep", "w")
      #expect(told.output.contains("imported from") && told.output.contains("SHA-256 \(hash)"))
      let none = await sandbox.quanta("explain", "0", "--sweep", "w", "--diff")
      #expect(none.status == 0 && none.output.contains("the job has no code of its own"))
    }
  }

  @Test func importedResults_areNeverVerified() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", Self.sweep)
      try sandbox.write("runs.csv", "size,seed,loss.final\n10,0,0.5\n")
      #expect(await sandbox.quanta("import", "runs.csv", "--into", "w.yaml").status == 0)
      let none = await sandbox.quanta("verify", "w")
      #expect(none.status == 2 && none.output.contains("all results of the sweep w were imported"))
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      let verified = await sandbox.quanta("verify", "w", "--fraction", "1")
      #expect(verified.status == 0, "\(verified.output)")
      #expect(verified.output.contains("7 of 7 rerun results agree"))
      #expect(verified.output.contains("1 imported: such are not verified"))
    }
  }

  @Test func guess_isAMapThatCanBeUsed() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", Self.sweep)
      try sandbox.write(
        "runs.csv", "Size,model.seed,step,val_loss\n10,0,1,3\n10,0,2,0.5\n20,1,1,3\n20,1,2,0.4\n")
      let guess = await sandbox.quanta("import", "runs.csv", "--into", "w.yaml", "--guess")
      #expect(guess.status == 0)
      #expect(
        guess.output.contains("  size: Size  # 10, 20\n  seed: model.seed"), "\(guess.output)")
      #expect(guess.output.contains("  loss: val_loss"), "\(guess.output)")
      try sandbox.write("map.yaml", guess.output)
      let used = await sandbox.quanta(
        "import", "runs.csv", "--into", "w.yaml", "--map", "map.yaml", "--dry-run")
      #expect(used.status == 0, "\(used.output)")
      #expect(used.output.contains("2 results would be adopted"))
    }
  }

  @Test func resultOfTheStore_staysAndIsNamed() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", Self.sweep)
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      let table = await sandbox.resultTable()
      try sandbox.write("runs.csv", "size,seed,loss.final\n10,0,0.5\n")
      let result = await sandbox.quanta("import", "runs.csv", "--into", "w")
      #expect(result.status == 1)
      #expect(result.output.contains("the store has another result, which stays"))
      #expect(await sandbox.resultTable() == table)
    }
  }

  @Test func badInput_isRefusedWithStatus2() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", Self.sweep)
      try sandbox.write("runs.csv", "size,seed,loss.final\n10,0,0.5\n")
      try sandbox.write("map.yaml", "parameters: {sise: size}\n")
      let map = await sandbox.quanta("import", "runs.csv", "--into", "w.yaml", "--map", "map.yaml")
      #expect(map.status == 2)
      #expect(map.output.contains("map.yaml:1:14: the sweep has no parameter \"sise\"; did you"))
      #expect(await sandbox.quanta("import", "absent.csv", "--into", "w.yaml").status == 2)
      #expect(await sandbox.quanta("import", "runs.csv", "--into", "v.yaml").status == 2)
      #expect(!sandbox.exists("quanta-store"))
    }
  }

  /// A script that records as the tool did that has left half a grid.
  @Test func sacredGrid_isAdopted_andARunOfTheCommandMakesTheRest() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "grid.yaml",
        """
        name: grid
        run: sh -c 'echo "loss=0.$0" >> "$1"; echo "loss=0.$0"' {width} \(sandbox.folder)/made
        metrics: {required: loss, output: 'loss=(?<loss>\\S+)'}
        settings: {lr: 0.001}
        grid: {width: {range: [10, 20]}, seed: [0, 1, 2, 3]}
        fits: {c: {x: width, y: loss.final}}
        """)
      try await SacredGrid.write(to: sandbox)
      try SacredGrid.truncate(in: sandbox)
      try sandbox.write("map.yaml", "metrics: {loss: {values: losses, steps: log_steps}}")
      let imported = try await document(
        sandbox.quanta("import", "runs", "--into", "grid.yaml", "--map", "map.yaml", "--json"))
      let counts = try #require(imported["counts"] as? [String: Int])
      #expect(counts["found"] == 40 && counts["adopted"] == 30 && counts["refused"] == 10)
      #expect(counts["missing"] == 10)
      let run = await sandbox.quanta("run", "grid.yaml")
      #expect(run.status == 0 && run.output.contains("40 jobs, 30 already done"), "\(run.output)")
      let made = sandbox.text(of: "made").split(separator: "\n")
      #expect(made.count == 10, "\(made)")
      let again = await sandbox.quanta(
        "import", "runs", "--into", "grid", "--map", "map.yaml")
      #expect(again.status == 0, "\(again.output)")
    }
  }
}
