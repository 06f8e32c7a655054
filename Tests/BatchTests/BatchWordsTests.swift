import SweepFiles
import SweepModel
import Testing

@testable import Batch

/// Refusals of batch systems, as their sources and manuals have them, and what to do.
@Suite struct BatchWordsTests {
  private static func system(_ name: String) -> BatchSystem {
    BatchSystems.named(name) ?? BatchSystem()
  }

  @Test(arguments: [
    ("pbs", "qsub: Unknown queue", "`qstat -Q`", true),
    ("pbs", "qsub: Job violates queue and/or server resource limits", "`time`", true),
    ("pbs", "qsub: Array job exceeds server or queue size limit", "lower `count`", true),
    ("pbs", "qsub: would exceed queue workq's per-user limit of jobs in 'Q' state", "later", false),
    ("pbs", "qsub: cannot connect to server pbs (errno=15010)", "asked again", false),
    ("pbs", "qsub: Unknown resource: ngpus", "skip", true),
    ("lsf", "nowhere: No such queue. Job not submitted.", "`bqueues`", true),
    ("lsf", "RUNLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.", "`time`", true),
    ("lsf", "Too many processors requested. Job not submitted.", "fewer `cores`", true),
    ("lsf", "Job array index too large. Job not submitted.", "lower `count`", true),
    ("lsf", "Pending job threshold reached. Retrying in 60 seconds...", "later", false),
    ("lsf", "LSF is down. Please wait ...", "asked again", false),
    (
      "sge", "Unable to run job: Job was rejected because job requests unknown queue \"x\".",
      "`qconf -sql`", true
    ),
    ("sge", "Unable to run job: unknown resource \"h_vmemm\".", "`qconf -sc`", true),
    (
      "sge",
      "error: commlib error: got select error (Connection refused)\nUnable to run job: unable to "
        + "contact qmaster", "asked again", false
    ),
    (
      "sge",
      "Unable to run job: job rejected: only 100 jobs are allowed per user (current job count: 100)",
      "later", false
    ),
    ("oar", "# Error: queue 'x' does not exist", "write a `queue`", true),
    ("oar", "There are not enough resources for your request", "fewer `cores`", true),
    (
      "flux", "flux-submit: ERROR: [Errno 22] Invalid queue 'x' specified", "`flux queue list`",
      true
    ),
    (
      "flux", "flux-submit: ERROR: Unable to connect to Flux: broker socket not found",
      "asked again", false
    ),
    ("htcondor", "ERROR: Failed to connect to local queue manager", "asked again", false),
    (
      "htcondor", "ERROR: on Line 3 of submit file:\nERROR: Failed to parse command file (line 3).",
      "`extra`", true
    ),
    (
      "kubernetes",
      "Error from server (Forbidden): error when creating \"STDIN\": jobs.batch is forbidden: exceeded quota",
      "lower `count`", true
    ),
    ("kubernetes", "The connection to the server localhost:8080 was refused", "asked again", false),
  ])
  func refusal_hasItsRemedy(system: String, output: String, remedy: String, isFinal: Bool) {
    let (sentence, saying) = Self.system(system).refusal(output)
    #expect(sentence.contains(remedy), "\(sentence)")
    #expect(saying.isFinal == isFinal, "\(sentence)")
  }

  @Test(arguments: ["pbs", "lsf", "sge", "oar", "flux", "htcondor", "kubernetes"])
  func commands_thatAreNotThere_areSaid(system: String) {
    let command = Self.system(system).submit[0]
    let sentence = Self.system(system).refusal("sh: 1: \(command): not found").sentence
    #expect(sentence.contains("on the PATH of a plain shell"), "\(sentence)")
  }

  @Test(arguments: [("pbs", 1), ("lsf", 1), ("sge", 1)])
  func arraysThatAreTooLarge_areAskedForInHalves(system: String, number: Int) {
    let output = [
      "pbs": "Array job exceeds server or queue size limit", "lsf": "Job array index too large",
      "sge": "job rejected: more than 100 job-array tasks (max_aj_tasks)",
    ]
    #expect(Self.system(system).refusal(output[system] ?? "").saying.asksTooMany)
  }

  @Test(arguments: [
    ("pbs", "Can Never Run: Insufficient amount of resource: ncpus", true),
    ("pbs", "Not Running: would exceed queue workq's per-user limit", false),
    ("lsf", "User has reached the per-user job slot limit of the queue;", false),
    ("sge", "Eqw", true), ("flux", "unsatisfiable constraint", true),
    ("kubernetes", "0/3 nodes are available: 3 Insufficient cpu.", false),
  ])
  func reason_hasASentence(system: String, reason: String, isFinal: Bool) {
    #expect(Self.system(system).reason(reason)?.isFinal == isFinal)
  }

  @Test(arguments: [
    ("pbs", "Q"), ("lsf", "PEND"), ("sge", "qw"), ("oar", "Waiting"), ("flux", "SCHED"),
  ])
  func turn_isNoReason(system: String, state: String) {
    #expect(Self.system(system).reason(state) == nil)
  }
}
