import SweepFiles
import SweepModel
import Testing

@testable import Batch

/// Slurm's refusals, as its commands print them, and what to do.
@Suite struct SlurmWordsTests {
  private let slurm = BatchSystems.named("slurm") ?? BatchSystem()

  @Test(arguments: [
    ("sbatch: error: invalid partition specified: mian", "`partition`", true),
    (
      "allocation failure: Invalid account or account/partition combination specified", "`account`",
      true
    ),
    ("sbatch: error: Batch job submission failed: Invalid qos specification", "`qos`", true),
    (
      "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds "
        + "some limit)", "shorter `time`", true
    ),
    ("sbatch: error: Memory specification can not be satisfied", "less `memory`", true),
    ("sbatch: error: CPU count per node can not be satisfied", "fewer `cores`", true),
    ("sbatch: error: Invalid generic resource (gres) specification", "`gpus: 0`", true),
    ("allocation failure: Invalid feature specification", "`--constraint`", true),
    (
      "allocation failure: Requested node configuration is not available", "ask for fewer cores",
      true
    ),
    ("allocation failure: Invalid job array specification", "lower `count`", true),
    (
      "sbatch: unrecognized option '--foo'\nTry \"sbatch --help\" for more information",
      "unrecognized option '--foo'; this Slurm does not know", true
    ),
    (
      "sbatch: error: resolve_ctls_from_dns_srv: Unknown host\nsbatch: fatal: Could not establish a "
        + "configuration source", "`login`", true
    ),
    ("sh: 1: sbatch: not found", "no Slurm commands on the PATH", true),
    (
      "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job "
        + "violates accounting/QOS policy", "tried again later", false
    ),
    ("sbatch: error: Socket timed out on send/recv operation", "asked again later", false),
    ("sbatch: error: Unable to contact slurm controller (connect failure)", "asked again", false),
  ])
  func refusal_hasItsRemedy(output: String, remedy: String, isFinal: Bool) {
    let (sentence, saying) = slurm.refusal(output)
    #expect(sentence.contains(remedy), "\(sentence)")
    #expect(saying.isFinal == isFinal)
  }

  @Test func refusal_thatNobodyKnows_isShown_andTriedAgain() {
    let (sentence, saying) = slurm.refusal("sbatch: error: the moon is full\u{1B}[31m")
    #expect(sentence.hasPrefix("Slurm says: sbatch: error: the moon is full"))
    #expect(!sentence.contains("\u{1B}"))
    #expect(!saying.isFinal)
  }

  @Test(arguments: [
    ("QOSMaxCpuPerUserLimit", false), ("AssocGrpCpuLimit", false), ("PartitionTimeLimit", true),
    ("BadConstraints", true), ("ReqNodeNotAvail, UnavailableNodes:n1", false),
    ("InvalidAccount", true),
    ("PartitionDown", false), ("JobHeldUser", false), ("Licenses", false),
    ("PartitionConfig", false),
  ])
  func reason_hasASentence(word: String, isFinal: Bool) {
    #expect(slurm.reason(word)?.isFinal == isFinal)
  }

  @Test(arguments: ["None", "Priority", "Resources", "BeginTime"])
  func turn_isNoReason(word: String) {
    #expect(slurm.reason(word) == nil)
  }
}
