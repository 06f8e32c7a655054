import Foundation
import LabSupport
import Testing

@testable import quanta_lab

/// The pure parts of `quanta-lab chaos`; hosts that really fail are CI's.
@Suite struct ChaosTests {
  @Test func plan_ofASeed_isTheSameEveryTimeAndHasEveryKindOnceARound() {
    let kinds = ChaosFault.allCases
    let make = { PlannedFault.plan(seed: $0, count: 3 * kinds.count, hosts: 3, kinds: kinds) }
    let plan = make(4)
    #expect(plan == make(4) && plan != make(5))
    for round in 0..<3 {
      let faults = plan[round * kinds.count..<(round + 1) * kinds.count].map(\.fault)
      #expect(Set(faults) == Set(kinds))
    }
    #expect(Set(plan.map(\.host)) == [1, 2, 3])
    #expect(plan.allSatisfy { (300..<2800).contains($0.gap) })
    for planned in plan {
      switch planned.fault {
      case .login, .reaper: #expect(planned.milliseconds == 12_000)
      case .name: #expect(planned.milliseconds == 20_000)
      default: #expect((1500..<13_500).contains(planned.milliseconds))
      }
    }
  }

  @Test func plan_ofASlurm_hasItsKinds() {
    let kinds = SlurmFault.allCases
    let plan = PlannedFault.plan(seed: 4, count: kinds.count, hosts: 4, kinds: kinds)
    #expect(Set(plan.map(\.fault)) == Set(kinds))
    #expect(plan.first { $0.fault == .squeue }?.milliseconds == 20_000)
  }

  @Test func faults_thatLast_allEndWithTheHostAsItWas() {
    let lasting = ChaosFault.allCases.filter { !$0.verbs.begin.isEmpty && $0 != .name }
    #expect(lasting.count == 12)
    #expect(lasting.allSatisfy { !$0.verbs.end.isEmpty && $0.victims == nil })
  }

  @Test func victim_isTheLargestProcessOfItsKind() {
    let list = """
        900  11 /root/scratch/quanta/bin/quanta-worker serve --folder x
       2500  12 /root/scratch/quanta/bin/quanta-worker slot 1
        700  13 sshd: root
      99000  14 python train.py quanta-worker
      """
    #expect(ChaosHosts.largest(in: list, ["serve"]) == 11)
    #expect(ChaosHosts.largest(in: list, ["slot", "serve"]) == 12)
    #expect(ChaosHosts.largest(in: "  700 13 sshd: root", ["slot", "serve"]) == nil)
  }

  @Test func leftovers_areResultsCheckpointsAndParts() {
    for path in ["v1/spool/a/3", "x/checkpoints/k.ckpt", "bin/worker.part"] {
      #expect(ChaosHosts.isOfAttempt(path), "\(path)")
    }
    for path in ["bin/quanta-worker", "notes/spool", "worker.log"] {
      #expect(!ChaosHosts.isOfAttempt(path), "\(path)")
    }
  }

  @Test func recovery_countsFromTheFaultsEndToTheFirstSoundAfterIt() {
    var recovery = Recovery()
    var took: [Double?] = [recovery.heard(1, at: 100)?.took]
    recovery.awaited[1] = (since: 100, after: .cut)
    for (host, time) in [(1, 99.9), (2, 101), (1, 101.5), (1, 102)] {
      took.append(recovery.heard(host, at: time)?.took)
    }
    #expect(took == [nil, nil, nil, 1.5, nil])
    recovery.awaited[2] = (since: 200, after: .cut)
    let second = recovery.heard(2, at: 200.5)
    #expect(second?.after == .cut)
    #expect(recovery.summaries == ["cut": .init(measured: 2, mean: 1, worst: 1.5)])
  }

  @Test func freedJobs_areReadFromWhatRetrySays() {
    #expect(CoordinatorTally.freed(in: "freed 12 jobs; `quanta resume` runs them") == 12)
    #expect(CoordinatorTally.freed(in: "nothing to retry: no such job has failed") == nil)
  }

  @Test func report_isOneLineWithTheKeysThatScriptsRead() throws {
    let report = ChaosReport(
      seed: 4, hosts: 3, faults: 20, seconds: 98, freed: 1, byKind: ["cut": 2],
      recoverySeconds: ["cut": .init(measured: 1, mean: 0.5, worst: 0.5)])
    let text = try report.json()
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "attempts", "by_kind", "dissent", "double", "faults", "files_left", "freed", "hosts",
        "identical", "jobs", "late", "lost", "ok", "processes_left", "recovery_seconds", "resumed",
        "seconds", "seed",
      ])
    #expect(text.contains(#""recovery_seconds":{"cut":{"mean":0.5,"measured":1,"worst":0.5}}"#))
    #expect(!text.contains("\n"))
    #expect(report.table.contains("cut                2         1       0.5       0.5"))
  }

  @Test func unknownFault_isRefusedWithTheNearest() async {
    let program = Sandbox.programs + "/quanta-lab"
    let result = await Command.run([program, "chaos", "--kinds", "cut crsh", "--plan"])
    #expect(result.status == 2)
    #expect(result.output.contains("no fault is called crsh; did you mean \"crash\"?"))
    let ofSlurm = await Command.run([program, "chaos", "--slurm", "--kinds", "cut", "--plan"])
    #expect(ofSlurm.output.contains("no fault is called cut"), "\(ofSlurm.output)")
  }
}
