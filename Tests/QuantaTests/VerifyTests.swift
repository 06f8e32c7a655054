import Foundation
import Kernels
import LabSupport
import Testing

/// `quanta verify` on a store that somebody has changed by hand.
@Suite(.timeLimit(.minutes(10))) struct VerifyTests {
  /// Changes a recorded result as no part of Quanta would.
  private func tamper(_ sandbox: Sandbox, _ sql: String) async {
    let script = """
      import sqlite3
      db = sqlite3.connect("\(sandbox.folder)/quanta-store/store.sqlite")
      db.executescript("DROP TRIGGER IF EXISTS scalar_fixed; DROP TRIGGER IF EXISTS curve_fixed")
      db.executescript("\(sql)")
      """
    let result = await Command.run(["python3", "-c", script])
    #expect(result.status == 0, "\(result.output)")
  }

  private func withSweep(_ body: (Sandbox) async throws -> Void) async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 6))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      try await body(sandbox)
    }
  }

  @Test func everyResult_asRecorded_agreesAndChangesNothing() async throws {
    try await withSweep { sandbox in
      let before = await sandbox.quanta("jobs", "--json")
      let result = await sandbox.quanta("verify", "trial", "--fraction", "1")
      #expect(result.status == 0, "\(result.output)")
      #expect(result.output.contains("6 of 6 rerun results agree, out of 6 recorded (seed 1)"))
      #expect(result.output.contains("6 ran on the host that recorded them, for want of another"))
      #expect(await sandbox.quanta("jobs", "--json").output == before.output)
    }
  }

  @Test func tamperedScalar_isQuarantinedAndLeavesTheFit() async throws {
    try await withSweep { sandbox in
      await tamper(
        sandbox,
        """
        UPDATE scalar SET value = value * 1.000001 WHERE attempt = 3 AND position = 0;
        """)
      let result = await sandbox.quanta("verify", "--fraction", "1", "--seed", "7")
      #expect(result.status == 1)
      #expect(result.output.contains("5 of 6 rerun results agree"), "\(result.output)")
      #expect(result.output.contains("quarantined: a rerun on"))
      let listed = await sandbox.quanta("jobs", "--quarantined")
      #expect(listed.output.split(separator: "\n").count == 2, "\(listed.output)")
      #expect(listed.output.contains("differs: loss.final is"))
      let status = await sandbox.quanta("status")
      #expect(status.output.contains("1 of the done jobs are quarantined"), "\(status.output)")
      let fit = await sandbox.quanta("fit", "trial")
      #expect(fit.output.contains("incomplete: 1 of 6 points missing"), "\(fit.output)")
      let export = await sandbox.quanta("export", "trial")
      #expect(export.output.contains("differs: loss.final is"))
      let again = await sandbox.quanta("verify", "--fraction", "1")
      #expect(again.output.contains("5 of 5 rerun results agree"), "\(again.output)")
      #expect(again.status == 0)
    }
  }

  @Test func quarantinedResult_thatAgreesWhenRunAgain_countsAgain() async throws {
    try await withSweep { sandbox in
      let none = await sandbox.quanta("verify", "--quarantined")
      #expect(none.output.contains("no quarantined result"), "\(none.output)")
      let damage = "UPDATE scalar SET value = value + 1 WHERE attempt = 3 AND position = 0;"
      await tamper(sandbox, damage)
      #expect(await sandbox.quanta("verify", "--fraction", "1").status == 1)
      let dissent = await sandbox.quanta("verify", "--quarantined")
      #expect(dissent.status == 1)
      #expect(dissent.output.contains("0 of 1 rerun results agree"), "\(dissent.output)")
      await tamper(sandbox, damage.replacingOccurrences(of: "+", with: "-"))
      let agreed = await sandbox.quanta("verify", "--quarantined")
      #expect(agreed.status == 0)
      #expect(agreed.output.contains("1 count again: they were quarantined"), "\(agreed.output)")
      #expect(await sandbox.quanta("status").output.contains("quarantined") == false)
      #expect(await sandbox.quanta("fit", "trial").output.contains("missing") == false)
    }
  }

  @Test(
    .enabled(
      if: KernelSet.best.instructionSet != "portable",
      "this processor has only the portable instruction set"))
  func otherInstructionSet_isComparedWithinTheTolerance() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: parity
        workload: sparse-parity
        settings: {alpha: 0.4, tasks: 10, bits: 12, subset: 2, batch: 64, steps: 500,
          regime: online}
        grid: {width: [4, 9], seed: [0, 1]}
        """)
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      func verify(_ tolerance: String) async -> Command.Result {
        await sandbox.quanta(
          "verify", "--fraction", "1", "--json", "--tolerance", tolerance,
          environment: ["QUANTA_INSTRUCTION_SET=portable"])
      }
      let exact = await verify("0")
      #expect(exact.status == 0, "every instruction set gives the same bits\n\(exact.output)")
      #expect(exact.output.contains("\"sameInstructionSet\" : false"))
      #expect(!exact.output.contains("\"sameInstructionSet\" : true"))
      await tamper(
        sandbox, "UPDATE scalar SET value = value * 1.000001 WHERE attempt = 2 AND position = 0;")
      #expect(await verify("1e-4").status == 0)
      let strict = await verify("1e-8")
      #expect(strict.status == 1)
      #expect(strict.output.contains("\"quarantined\" : 1"), "\(strict.output)")
    }
  }

  @Test func tamperedCurve_isQuarantined() async throws {
    try await withSweep { sandbox in
      await tamper(
        sandbox, "UPDATE curve SET data = zeroblob(length(data)) WHERE attempt = 2;")
      let result = await sandbox.quanta("verify", "--fraction", "1", "--json")
      #expect(result.status == 1)
      #expect(result.output.contains("differs: curve loss at step 1"), "\(result.output)")
    }
  }
}
