import Foundation
import LabSupport
import Testing

/// `quanta store` and its subcommands, with the real programs.
@Suite(.timeLimit(.minutes(10))) struct StoreCareTests {
  private func sweep(_ name: String, sizes: String, milliseconds: Int = 0) -> String {
    """
    name: \(name)
    workload: self-test
    settings: {steps: 3, stepMilliseconds: \(milliseconds)}
    grid: {size: \(sizes)}
    """
  }

  private func results(_ sandbox: Sandbox, store: String = "quanta-store") async -> Int {
    let text = await sandbox.quanta("store", "--json", "--store", store).output
    let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return object?["results"] as? Int ?? -1
  }

  @Test func discardedResults_runAnewToTheSameBits() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10, 20, 30]"))
      #expect(await sandbox.quanta("run", "a.yaml").status == 0)
      let table = await sandbox.resultTable()
      let refused = await sandbox.quanta("store", "discard", "0,2")
      #expect(refused.status == 2 && refused.output.contains("--yes"), "\(refused.output)")
      #expect(await sandbox.resultTable() == table)
      let discarded = await sandbox.quanta(
        "store", "discard", "0,2", "--yes", "--reason", "overclocked")
      #expect(discarded.output.contains("discarded 2 results"), "\(discarded.output)")
      let key = try await sandbox.firstJob("waiting")
      #expect(await sandbox.quanta("explain", key).output.contains("discarded: overclocked"))
      #expect(await sandbox.quanta("resume").status == 0)
      #expect(await sandbox.resultTable() == table)
      #expect(await sandbox.quanta("store").output.contains("2 discarded results"))
      #expect(await sandbox.quanta("store", "prune", "--discarded", "--yes").status == 0)
      #expect(await sandbox.quanta("store").output.contains("nothing could be freed"))
      #expect(await sandbox.resultTable() == table)
    }
  }

  @Test func renamedSweep_goesOnUnderItsNewName() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10, 20]"))
      #expect(await sandbox.quanta("run", "a.yaml").status == 0)
      #expect(await sandbox.quanta("store", "rename", "a", "../b").status == 2)
      #expect(await sandbox.quanta("store", "rename", "a", "last").status == 2)
      #expect(await sandbox.quanta("store", "rename", "a", "b").status == 0)
      let resumed = await sandbox.quanta("resume", "b")
      #expect(resumed.output.contains("b: 2 jobs, 2 already done"), "\(resumed.output)")
      #expect(await sandbox.quanta("status", "a").status == 2)
      let both = await sandbox.quanta("run", "a.yaml")
      #expect(both.output.contains("a: 2 jobs, 2 already done"), "\(both.output)")
      #expect(await sandbox.quanta("store", "rename", "a", "b").output.contains("already"))
    }
  }

  @Test func forgottenSweep_leavesResultsThatPruneRemoves() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10, 20, 30]"))
      try sandbox.write("b.yaml", sweep("b", sizes: "[30, 40]"))
      #expect(await sandbox.quanta("run", "a.yaml").status == 0)
      #expect(await sandbox.quanta("run", "b.yaml").status == 0)
      #expect(await sandbox.quanta("store", "forget", "a").status == 2)
      #expect(await sandbox.quanta("store", "forget", "a", "--yes").status == 0)
      let unlisted = await sandbox.quanta("store", "unlisted")
      #expect(unlisted.output.split(separator: "\n").count == 3, "\(unlisted.output)")
      #expect(await sandbox.quanta("store", "prune").status == 2)
      #expect(await results(sandbox) == 4)
      #expect(await sandbox.quanta("store", "prune", "--yes").status == 0)
      #expect(await results(sandbox) == 2)
      let again = await sandbox.quanta("run", "a.yaml")
      #expect(again.output.contains("a: 3 jobs, 1 already done"), "\(again.output)")
      #expect(await results(sandbox) == 4)
    }
  }

  /// What a prune that was killed between the database and the files leaves, beside others' files.
  @Test func strayFiles_ofRunsAlone_arePruned() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10]"))
      #expect(await sandbox.quanta("run", "a.yaml").status == 0)
      let key = String(repeating: "ab", count: 32)
      let stray = [
        "logs/\(key)/1.log", "checkpoints/\(key).ckpt", "checkpoints/\(key).ckpt.part-9-7",
        "checkpoints/\(key).ckpt.tmp-9-7", "data/\(key)",
      ]
      let foreign = ["logs/notes.log", "checkpoints/mine.ckpt", "data/mine.csv"]
      #expect(await sandbox.shell("cd quanta-store; mkdir -p data logs/\(key)").status == 0)
      for name in stray + foreign { try sandbox.write("quanta-store/\(name)", "x") }
      let shown = await sandbox.quanta("store").output
      #expect(shown.contains("2 checkpoints that a killed run has half written"), "\(shown)")
      #expect(await sandbox.quanta("store", "prune", "--yes").status == 0)
      for name in stray { #expect(!sandbox.exists("quanta-store/\(name)"), "\(name)") }
      for name in foreign { #expect(sandbox.exists("quanta-store/\(name)"), "\(name)") }
      #expect(await sandbox.quanta("store", "prune", "--yes").output.contains("nothing to prune"))
    }
  }

  @Test func mergedStore_hasBothResultsOnce() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10, 20]"))
      try sandbox.write("b.yaml", sweep("b", sizes: "[20, 30]"))
      #expect(await sandbox.quanta("run", "a.yaml").status == 0)
      #expect(await sandbox.quanta("run", "b.yaml", "--store", "B").status == 0)
      let merged = await sandbox.quanta("store", "merge", "B")
      #expect(merged.status == 0)
      #expect(merged.output.contains("1 result taken over; 1 result that both"), "\(merged.output)")
      #expect(await results(sandbox) == 3)
      let calm = await sandbox.quanta("run", "b.yaml")
      #expect(calm.output.contains("b: 2 jobs, 2 already done"), "\(calm.output)")
      #expect(await sandbox.quanta("store", "merge", "quanta-store").status == 2)
      #expect(await sandbox.quanta("store", "merge", "nowhere").status == 2)
    }
  }

  /// The one that has the store is named with its start on this machine's clock.
  @Test func care_besideARun_queuesBehindItOrSaysWhoHasTheStore() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "{range: [1, 12]}", milliseconds: 200))
      let run = try sandbox.start("run", "a.yaml", "--cores", "1")
      try await sandbox.waitForDone(1)
      let zone = ["TZ=Pacific/Kiritimati"]
      for words in [["store", "forget", "a", "--yes"], ["verify", "a"]] {
        let refused = await sandbox.quanta(words + ["--no-wait"], environment: zone)
        #expect(refused.status == 2, "\(refused.output)")
        #expect(refused.output.contains(", since "), "\(refused.output)")
        #expect(!refused.output.contains("Z)"), "\(refused.output)")
      }
      let renamed = await sandbox.quanta("store", "rename", "a", "b", environment: zone)
      #expect(renamed.status == 0, "\(renamed.output)")
      #expect(renamed.output.contains("queued behind sweep a (process \(run.processIdentifier)"))
      #expect(renamed.output.contains("a is now b"), "\(renamed.output)")
      #expect(await run.end() == 0)
    }
  }

  @Test func archive_besideARun_isAWholeStore() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "{range: [1, 40]}", milliseconds: 100))
      let run = try sandbox.start("run", "a.yaml")
      try await sandbox.waitForDone(3)
      #expect(await sandbox.quanta("store", "archive", "copy").status == 0)
      #expect(await sandbox.quanta("store", "archive", "copy.tar.gz").status == 0)
      #expect(await sandbox.quanta("store", "archive", "copy").status == 2)
      #expect(await sandbox.quanta("store", "discard", "all", "--yes", "--no-wait").status == 2)
      #expect(await sandbox.quanta("store", "rename", "a", "b", "--no-wait").status == 2)
      #expect(await sandbox.quanta("store", "prune", "--logs", "--yes").status != 1)
      #expect(await results(sandbox, store: "copy") >= 3)
      #expect(await sandbox.shell("mkdir u; tar xzf copy.tar.gz -C u").status == 0)
      #expect(await results(sandbox, store: "u/copy") >= 3)
      #expect(await run.end() == 0)
      #expect(await results(sandbox) == 39)
      #expect(!sandbox.files.contains { $0.contains("unfinished") || $0.contains("unpacked") })
    }
  }

  @Test func store_thatCannotBeWritten_isShownAndRefusesCare() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.yaml", sweep("a", sizes: "[10]"))
      #expect(await sandbox.quanta("run", "a.yaml").status == 0)
      #expect(await sandbox.quanta("store", "discrad").output.contains("did you mean \"discard\""))
      #expect(await sandbox.quanta("store", "--store", "nowhere").status == 2)
      #expect(await sandbox.quanta("store", "archive", "quanta-store/in").status == 2)
      #expect(await sandbox.quanta("store", "discard", "77", "--yes").status == 2)
      #expect(await sandbox.quanta("store", "discard", "--yes").status == 2)
    }
  }
}

/// What a command is pointed at by mistake stays as it is.
@Suite struct NarrowingTests {
  @Test func discardOfQuarantinedOnes_whereThereAreNone_discardsNothing() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 4))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      let discard = await sandbox.quanta("store", "discard", "all", "--quarantined", "--yes")
      #expect(discard.status == 2, "\(discard.output)")
      let status = await sandbox.quanta("status", "--json")
      #expect(status.output.contains("\"done\" : 4"), "\(status.output)")
    }
  }

  @Test func report_intoAStoreOrASweepFile_isRefusedAndIntoAReportIsNot() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 6))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      for file in ["quanta-store/store.sqlite", "sweep.yaml", "quanta-store"] {
        let report = await sandbox.quanta("report", "trial", "--output", file)
        #expect(report.status == 2 && report.output.contains("is no report"), "\(report.output)")
      }
      #expect(await sandbox.quanta("status").output.contains("trial"))
      for _ in 0..<2 {
        let report = await sandbox.quanta("report", "trial", "--output", "trial.html")
        #expect(report.status == 0, "\(report.output)")
      }
    }
  }
}
