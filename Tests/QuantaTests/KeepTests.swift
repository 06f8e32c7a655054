import Foundation
import LabSupport
import Testing

/// `keep: weights` from the sweep file to the export.
@Suite(.timeLimit(.minutes(10))) struct KeepTests {
  private static let sweep = """
    name: kept
    workload: sparse-parity
    settings: {alpha: 0.4, tasks: 4, bits: 10, subset: 2, batch: 64, steps: 400, logEvery: 100,
      regime: online}
    grid: {width: [4, 9], seed: [0, 1]}
    keep: {weights: 6}
    """

  /// The hashes of all weights by job and step.
  private func hashes(_ sandbox: Sandbox, store: String = "quanta-store") async -> String {
    let script = """
      import sqlite3
      db = sqlite3.connect("file:\(sandbox.folder)/\(store)/store.sqlite?mode=ro", uri=True)
      for row in db.execute("SELECT job, step, hash FROM weights ORDER BY position, step"):
          print(*row)
      """
    let result = await Command.run(["python3", "-c", script])
    #expect(result.status == 0, "\(result.output)")
    return result.output
  }

  private func withSweep(_ body: (Sandbox) async throws -> Void) async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.sweep)
      let run = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      #expect(run.status == 0, "\(run.output)")
      try await body(sandbox)
    }
  }

  @Test func weights_arePlannedKeptExplainedAndExported() async throws {
    try await withSweep { sandbox in
      let plan = await sandbox.quanta("plan", "sweep.yaml", "--uncalibrated")
      #expect(plan.output.contains("\nweights       up to "), "\(plan.output)")
      let kept = await hashes(sandbox).split(separator: "\n")
      #expect(kept.count >= 4 * 5 && kept.count <= 4 * 7)
      let explained = await sandbox.quanta("explain", "0", "--sweep", "kept")
      #expect(explained.output.contains("weights kept after step 0, 1, "), "\(explained.output)")
      let shown = await sandbox.quanta("store")
      #expect(shown.output.contains("weights"), "\(shown.output)")
      for format in ["safetensors", "npz"] {
        let export = await sandbox.quanta(
          "export", "kept", "--weights", format, "--format", format)
        #expect(export.status == 0, "\(export.output)")
        let name = "\(format)/width=9_seed=1_step=400.\(format)"
        #expect(sandbox.exists(name), "\(sandbox.files)")
        let table = sandbox.text(of: "\(format)/weights.csv").split(separator: "\n")
        #expect(table.count == kept.count + 1)
        #expect(table[0].hasPrefix("file,position,job,step,sha256,bytes,"))
      }
      let again = await sandbox.quanta("export", "kept", "--weights", "npz")
      #expect(again.status != 0 && again.output.contains("is no empty folder"), "\(again.output)")
      let hash = String(try #require(kept.first?.split(separator: " ").last))
      let files = await Command.run(["sha256sum", "\(sandbox.folder)/quanta-store/weights/\(hash)"])
      #expect(files.output.hasPrefix(hash))
    }
  }

  @Test func jobsThatKeep_areOthersThanThoseThatDoNot() async throws {
    try await withSweep { sandbox in
      let plain = Self.sweep.replacingOccurrences(of: "keep: {weights: 6}", with: "")
        .replacingOccurrences(of: "kept", with: "plain")
      try sandbox.write("plain.yaml", plain)
      #expect(await sandbox.quanta("run", "plain.yaml", "--quiet").status == 0)
      let none = await sandbox.quanta("export", "plain", "--weights", "w")
      #expect(none.status != 0 && none.output.contains("no job of plain has kept weights"))
      #expect(!sandbox.exists("w"))
      let plan = await sandbox.quanta(
        "plan", "plain.yaml", "--uncalibrated", "--set", "keep=weights")
      #expect(plan.output.contains("4 jobs of sparse-parity, 0 done"), "\(plan.output)")
      let same = await sandbox.quanta(
        "plan", "plain.yaml", "--uncalibrated", "--set", "keep=6")
      #expect(same.output.contains("4 jobs of sparse-parity, 4 done"), "\(same.output)")
    }
  }

  @Test func damagedFile_isFoundByVerify_andMended() async throws {
    try await withSweep { sandbox in
      let first = try #require(await hashes(sandbox).split(separator: "\n").first)
      let path = "\(sandbox.folder)/quanta-store/weights/\(first.split(separator: " ")[2])"
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      var bad = good
      bad[bad.count - 1] ^= 1
      try bad.write(to: URL(fileURLWithPath: path))
      let export = await sandbox.quanta("export", "kept", "--weights", "w")
      #expect(export.status != 0 && export.output.contains("are damaged"), "\(export.output)")
      let verify = await sandbox.quanta("verify", "--fraction", "1")
      #expect(verify.status == 0, "\(verify.output)")
      #expect(verify.output.contains("4 of 4 rerun results agree"), "\(verify.output)")
      #expect(verify.output.contains("was damaged or missing; the rerun's weights"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good)
      let again = await sandbox.quanta("verify", "--fraction", "1")
      #expect(!again.output.contains("damaged"), "\(again.output)")
    }
  }

  /// A hash that a rerun contradicts quarantines the result.
  @Test func otherWeights_areDissent() async throws {
    try await withSweep { sandbox in
      let script = """
        import sqlite3
        db = sqlite3.connect("\(sandbox.folder)/quanta-store/store.sqlite")
        db.executescript("DROP TRIGGER snapshot_fixed")
        db.execute("UPDATE snapshot SET hash = ? WHERE attempt = 1 AND step = 1", ["0" * 64])
        db.commit()
        """
      #expect(await Command.run(["python3", "-c", script]).status == 0)
      let verify = await sandbox.quanta("verify", "--fraction", "1")
      #expect(verify.status == 1, "\(verify.output)")
      #expect(verify.output.contains("the weights after step 1 are others"), "\(verify.output)")
      let export = await sandbox.quanta("export", "kept", "--weights", "w")
      #expect(export.status == 0 && export.output.contains("1 job of kept left out"))
    }
  }

  @Test func archiveAndMerge_carryWeights_andPruneFreesThem() async throws {
    try await withSweep { sandbox in
      let kept = await hashes(sandbox)
      #expect(await sandbox.quanta("store", "archive", "copy").status == 0)
      #expect(await hashes(sandbox, store: "copy") == kept)
      let merge = await sandbox.quanta("store", "merge", "copy", "--store", "merged")
      #expect(merge.status == 0, "\(merge.output)")
      #expect(await hashes(sandbox, store: "merged") == kept)
      let export = await sandbox.quanta("export", "kept", "--weights", "w", "--store", "merged")
      #expect(export.status == 0, "\(export.output)")
      #expect(await sandbox.quanta("store", "forget", "kept", "--yes").status == 0)
      let shown = await sandbox.quanta("store")
      #expect(shown.output.contains("of weights that no listed result names"), "\(shown.output)")
      #expect(await sandbox.quanta("store", "prune", "--yes").status == 0)
      #expect(sandbox.files.filter { $0.hasPrefix("quanta-store/weights/") }.isEmpty)
    }
  }

  /// Kills of everything, and hosts: always the same files.
  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func weights_onTwoHosts_areThoseOfLocalCores() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write(
          "sweep.yaml", Self.sweep.replacingOccurrences(of: "steps: 400", with: "steps: 6000"))
        try sandbox.write(
          "cluster.yaml",
          "defaults: {config: \(lab.configFile)}\nhosts:\n  - {host: h1, cores: 1}\n"
            + "  - {host: h2, cores: 1}\n")
        let local = await sandbox.quanta("run", "sweep.yaml", "--store", "local", "--quiet")
        #expect(local.status == 0, "\(local.output)")
        let remote = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--quiet")
        #expect(remote.status == 0, "\(remote.output)")
        let kept = await hashes(sandbox)
        #expect(kept.split(separator: "\n").count > 20)
        #expect(await hashes(sandbox, store: "local") == kept)
        let verify = await sandbox.quanta(
          "verify", "--fraction", "1", "--cluster", "cluster.yaml")
        #expect(verify.output.contains("4 of 4 rerun results agree"), "\(verify.output)")
      }
    }
  }
}
