import Foundation
import LabSupport
import Testing

/// `quanta next` and `quanta run --until`, with the real programs.
@Suite struct UntilTests {
  /// A power law of which every run takes a few milliseconds.
  private static let sweep = """
    name: law
    workload: self-test
    settings: {exponent: 0.5, noise: 0.05}
    grid: {size: {log2space: [64, 65536], count: 11, as: int}, seed: [0, 1, 2, 3, 4, 5]}
    fits: {c: {x: size, y: loss.final, form: power}}
    """

  private func object(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  @Test func until_runsAPart_andThenTheRest() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("law.yaml", Self.sweep)
      let run = await sandbox.quanta(
        "run", "law.yaml", "--until", "ci95(c) < 0.05", "--json")
      #expect(run.status == 0, "\(run.output)")
      let outcome = try #require(try object(run.output) as? [String: Any])
      let states = try #require(outcome["states"] as? [String: Int])
      let done = try #require(states["done"])
      #expect(done >= 5 && done < 66, "a part of the grid: \(states)")
      #expect(states["waiting"] == 66 - done)
      let fit = try #require((outcome["fits"] as? [[String: Any]])?.first)
      let parameters = try #require(fit["parameters"] as? [String: [String: Any]])
      let interval = try #require(parameters["c"]?["ci95"] as? [Double])
      #expect(interval[1] - interval[0] < 0.05)
      let range = try #require(fit["xRange"] as? [Double])
      #expect(range == [64, 65536], "both ends of the grid")

      let partial = await sandbox.quanta("fit", "law")
      #expect(partial.status == 1)
      #expect(!partial.output.contains("exponent c"), "\(partial.output)")
      #expect(partial.output.contains("provisional slope"))
      let accepted = await sandbox.quanta("fit", "law", "--allow-incomplete")
      #expect(accepted.status == 0)
      #expect(accepted.output.contains("exponent c"))

      let next = await sandbox.quanta("next", "law", "--until", "ci95(c) < 0.01", "--json")
      let proposal = try #require((try object(next.output) as? [[String: Any]])?.first)
      let runs = try #require(proposal["runs"] as? [[String: Any]])
      let gains = runs.compactMap { $0["gainPerCPUHour"] as? Double }
      #expect(gains == gains.sorted(by: >) && !gains.isEmpty)

      let rest = await sandbox.quanta("run", "law.yaml")
      #expect(rest.status == 0)
      let whole = await sandbox.quanta("fit", "law")
      #expect(whole.status == 0 && whole.output.contains("exponent c"), "\(whole.output)")
      let complete = await sandbox.quanta("next", "law", "--until", "ci95(c) < 1e-5")
      #expect(complete.status == 0)
      #expect(complete.output.contains("no run of the grid is open"), "\(complete.output)")
    }
  }

  @Test func aRuleThatCannotBe_saysWhatToDo_andRegistersNothing() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("law.yaml", Self.sweep)
      let unknown = await sandbox.quanta("run", "law.yaml", "--until", "ci95(d) < 0.05")
      #expect(unknown.status == 2)
      #expect(unknown.output.contains("the sweep has no fit called \"d\""), "\(unknown.output)")
      let bad = await sandbox.quanta("run", "law.yaml", "--until", "ci95(c) > 1")
      #expect(bad.status == 2, "\(bad.output)")
      let status = await sandbox.quanta("status")
      #expect(!status.output.contains("law"), "\(status.output)")
    }
  }

  @Test func next_withTooFewResults_saysSo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("law.yaml", Self.sweep)
      let none = await sandbox.quanta("next", "law.yaml")
      #expect(none.status == 2)
      _ = await sandbox.quanta("run", "law.yaml", "--set", "size=64,128", "--set", "seed=0")
      let few = await sandbox.quanta("next", "law")
      #expect(few.output.contains("nothing can be predicted yet"), "\(few.output)")
    }
  }

  /// What was chosen first fails; the rest must be chosen nonetheless, and the run must end.
  @Test func until_jobsThatFail_endsWithStatus1() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "bad.yaml",
        """
        name: bad
        workload: self-test
        settings: {ending: failure}
        grid: {size: {log2space: [64, 4096], count: 7, as: int}, seed: [0, 1]}
        retries: {max: 0}
        fits: {c: {x: size, y: loss.final}}
        """)
      let run = await sandbox.quanta("run", "bad.yaml", "--until", "ci95(c) < 0.05", "--json")
      #expect(run.status == 1, "\(run.output)")
      let jobs = await sandbox.quanta("status", "bad", "--json")
      #expect(jobs.output.contains("\"failed\" : 14"), "\(jobs.output)")
    }
  }

  @Test func until_aGridThatCannotReachIt_runsWhole() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("law.yaml", Self.sweep)
      let run = await sandbox.quanta("run", "law.yaml", "--until", "ci95(c) < 1e-9")
      let status = await sandbox.quanta("status", "law", "--json")
      #expect(status.output.contains("\"done\" : 66"), "\(run.output)")
      let missed = "is not < 1e-09, and no run of the grid is left; `quanta next law` names seeds"
      #expect(run.status == 1 && run.output.contains(missed), "\(run.output)")

      // Of a grid that is done already, the same is said, and that a wider rule holds.
      let again = await sandbox.quanta("run", "law.yaml", "--until", "ci95(c) < 1e-9", "--json")
      #expect(again.status == 1, "\(again.output)")
      let outcome = try #require(try object(again.output) as? [String: Any])
      #expect((outcome["stoppedBecause"] as? String)?.contains(missed) == true, "\(again.output)")
      let wide = await sandbox.quanta("run", "law.yaml", "--until", "ci95(c) < 5")
      #expect(wide.status == 0, "\(wide.output)")
      #expect(wide.output.contains("as predicted, with all runs of the grid"), "\(wide.output)")
    }
  }

  /// The model's size is a number of a job and no curve, which is told before anything runs.
  @Test func until_aCurveThatDoesNotExist_isRefusedAndNothingIsRegistered() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "law.yaml",
        Self.sweep.replacingOccurrences(
          of: "x: size, y: loss.final", with: "x: step, y: parameters"))
      let run = await sandbox.quanta("run", "law.yaml", "--until", "ci95(c) < 0.05")
      #expect(run.status == 2, "\(run.output)")
      #expect(run.output.contains("one number of a run and no curve"), "\(run.output)")
      #expect(!sandbox.exists("quanta-store/store.sqlite"))
    }
  }
}
