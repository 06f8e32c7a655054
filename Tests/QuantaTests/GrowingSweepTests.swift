import Foundation
import LabSupport
import Testing

/// Sweeps that grow, and whose files change: nothing that is recorded leaves a sweep unsaid.
@Suite(.timeLimit(.minutes(10))) struct GrowingSweepTests {
  private let text = """
    name: widths
    workload: self-test
    settings: {steps: 3}
    grid: {size: [10, 20, 40, 80], seed: [0, 1]}
    fits: {c: {x: size, y: loss.final}}
    """

  private func counts(_ sandbox: Sandbox, _ sweep: String = "widths") async -> [Int] {
    let status = await sandbox.quanta("status", sweep, "--json")
    guard let object = try? JSONSerialization.jsonObject(with: Data(status.output.utf8)),
      let row = ((object as? [String: Any])?["sweeps"] as? [[String: Any]])?.first,
      let states = row["states"] as? [String: Int], let jobs = row["jobs"] as? Int
    else { return [] }
    return [states["done", default: 0], jobs]
  }

  @Test func addition_toAStoredSweep_runsOnlyWhatIsNew() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", text)
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      let added = await sandbox.quanta("run", "widths", "--add", "seed=3,4")
      #expect(added.output.contains("16 jobs, 8 already done, 8 new"), "\(added.output)")
      #expect(await counts(sandbox) == [16, 16])
      let one = await sandbox.quanta("run", "w.yaml", "--add", "size=5,seed=0")
      #expect(one.output.contains("17 jobs, 16 already done, 1 new"), "\(one.output)")
      // What was added stays, whichever way the sweep is named, and however often.
      for name in ["widths", "w.yaml"] {
        let again = await sandbox.quanta("run", name, "--add", "seed=3,4")
        #expect(again.output.contains("17 jobs, 17 already done"), "\(again.output)")
        let plain = await sandbox.quanta("run", name)
        #expect(plain.output.contains("17 jobs, 17 already done"), "\(plain.output)")
      }
      let report = await sandbox.quanta("report", "widths")
      #expect(report.status == 0, "\(report.output)")
      let html = sandbox.text(of: "widths.html")
      #expect(html.contains("--add seed=3,4 --add size=5,seed=0"))
    }
  }

  @Test func replacement_thatLosesResults_namesThemAndChangesNothing() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", text)
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      try sandbox.write("w.yaml", text.replacingOccurrences(of: ", 80]", with: "]"))
      let before = await sandbox.resultTable()
      let refused = await sandbox.quanta("run", "w.yaml")
      #expect(refused.status == 2)
      #expect(refused.output.contains("would leave the sweep widths"), "\(refused.output)")
      #expect(refused.output.contains("size=80 seed=1"), "\(refused.output)")
      #expect(refused.output.contains("--replace"), "\(refused.output)")
      #expect(await sandbox.resultTable() == before)
      let replaced = await sandbox.quanta("run", "w.yaml", "--replace")
      #expect(replaced.status == 0, "\(replaced.output)")
      #expect(replaced.output.contains("size=80 seed=1"), "\(replaced.output)")
      let unlisted = await sandbox.quanta("store", "unlisted")
      #expect(unlisted.output.contains("size=80"), "\(unlisted.output)")
    }
  }

  @Test func replacement_ofJobsWithoutResults_isSaidAndDone() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "w.yaml",
        text.replacingOccurrences(of: "steps: 3", with: "steps: 3, ending: crash")
          + "\nretries: {max: 0}")
      #expect(await sandbox.quanta("run", "w.yaml").status == 1)
      try sandbox.write("w.yaml", text)
      let mended = await sandbox.quanta("run", "w.yaml")
      #expect(mended.status == 0, "\(mended.output)")
      #expect(mended.output.contains("8 jobs without results leave the sweep"), "\(mended.output)")
    }
  }

  @Test func replacement_atATerminal_asks() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", text)
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      let quanta = "'\(sandbox.programs)/quanta' run w.yaml --set seed=7"
      for (answer, jobs) in [("n", [8, 8]), ("y", [4, 4])] {
        let shown = await sandbox.shell(
          "echo \(answer) | script -qec \"\(quanta)\" /dev/null || true")
        #expect(shown.output.contains("Go on? [y/N]"), "\(shown.output)")
        #expect(await counts(sandbox) == jobs, "\(answer): \(shown.output)")
      }
    }
  }

  @Test func next_printsTheCommandThatAddsItsRun() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", text)
      #expect(await sandbox.quanta("run", "w.yaml", "--store", "S").status == 0)
      let next = await sandbox.quanta("next", "widths", "--store", "S")
      #expect(!next.output.contains("--set"), "\(next.output)")
      let command = try #require(
        next.output.split(separator: "\n").first { $0.hasPrefix("`quanta run widths --add ") })
      let run = await sandbox.shell(String(command.dropFirst().dropLast()))
      #expect(run.output.contains("9 jobs, 8 already done, 1 new"), "\(run.output)")
      // Header and rows are on one scale: no run widens the interval, and none can by much.
      let rows = try #require(
        JSONSerialization.jsonObject(
          with: Data(await sandbox.quanta("next", "widths", "--store", "S", "--json").output.utf8))
          as? [[String: Any]]
      ).first
      let width = try #require(rows?["width"] as? Double)
      let runs = try #require(rows?["runs"] as? [[String: Any]])
      let least = runs.compactMap { $0["width"] as? Double }.max() ?? 0
      #expect(least <= width && least > 0.9 * width, "\(least) of \(width)")
    }
  }

  @Test func editedFile_namedToReaders_bringsItsFitsAndSaysWhatDiffers() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", text)
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      #expect(!(await sandbox.quanta("status", "w.yaml").output.contains("note:")))
      try sandbox.write(
        "w.yaml",
        text.replacingOccurrences(of: "fits: {c:", with: "fits: {slope:")
          .replacingOccurrences(of: "seed: [0, 1]", with: "seed: [0, 1, 2]"))
      let fit = await sandbox.quanta("fit", "w.yaml", "--bootstrap", "0")
      #expect(fit.output.contains("the fits are those of w.yaml"), "\(fit.output)")
      #expect(fit.output.contains("slope: loss.final"), "\(fit.output)")
      let status = await sandbox.quanta("status", "w.yaml")
      #expect(status.status == 0 && status.output.contains("the store lacks 4 jobs"))
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      #expect(!(await sandbox.quanta("status", "w.yaml").output.contains("note:")))
    }
  }

  @Test func overrides_ofRepeatedRuns_areKeptOnce() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("w.yaml", text)
      for _ in 0..<3 {
        let run = await sandbox.quanta("run", "w.yaml", "--set", "steps=5")
        #expect(run.status == 0)
        #expect(await sandbox.quanta("run", "widths", "--set", "steps=5").status == 0)
      }
      #expect(await sandbox.quanta("report", "widths").status == 0)
      let parts = sandbox.text(of: "widths.html").components(separatedBy: "--set steps=5")
      #expect(parts.count == 2)
    }
  }

  @Test func secondRun_ofABusyStore_waitsItsTurn() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("slow.yaml", selfTest(jobs: 2, steps: 100, milliseconds: 100))
      try sandbox.write("w.yaml", text)
      let first = try sandbox.start("run", "slow.yaml")
      try await sandbox.waitUntil("it runs") {
        await sandbox.quanta("status").output.contains("trial is running")
      }
      let second = try sandbox.start("run", "w.yaml", log: "second")
      try await sandbox.waitUntil("the second waits") {
        sandbox.text(of: "second").contains("queued behind sweep trial (process")
      }
      #expect(await sandbox.quanta("run", "w.yaml", "--no-wait").status == 2)
      let left = try sandbox.start("run", "w.yaml", log: "left")
      try await sandbox.waitUntil("the third waits") {
        sandbox.text(of: "left").contains("1 other that came before")
      }
      left.interrupt()
      #expect(await left.end() == 130)
      #expect(sandbox.text(of: "left").contains("left the queue"))
      #expect(await first.end() == 0)
      #expect(await second.end() == 0)
      #expect(sandbox.text(of: "second").contains("8 done of 8 jobs"))
      #expect(await sandbox.quanta("store").status == 0)
    }
  }
}
