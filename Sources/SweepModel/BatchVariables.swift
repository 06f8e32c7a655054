/// Environment variables by which a batch system tells a job of itself.
///
/// They are meant for the job that it began. A program of ours that sees them believes itself to be that
/// job: it begins processes on all of its machines, or has it requeued.
public struct BatchVariables: Sendable {
  /// One that each of its jobs has.
  public let mark: String
  /// How the names of those begin that tell of the job.
  public let told: [String]
  /// Those among them by which its commands find it.
  public let kept: [String]
  /// How the names of others begin that no program of ours should see, and whole names after ``mark`` that
  /// others use, too.
  private let others: [String]
  private let shared: [String]

  private init(
    _ mark: String, told: [String], kept: [String] = [], others: [String] = [],
    shared: [String] = []
  ) {
    (self.mark, self.told, self.kept) = (mark, told, kept)
    (self.others, self.shared) = (others, shared)
  }

  /// Those of the systems that are known, by their manuals.
  public static let all = [
    BatchVariables(
      "SLURM_JOB_ID", told: ["SLURM_"], kept: ["SLURM_CONF"],
      others: ["SLURMD_", "SBATCH_", "SRUN_", "SALLOC_"]),
    BatchVariables(
      "PBS_JOBID", told: ["PBS_"],
      kept: ["PBS_CONF_FILE", "PBS_DEFAULT", "PBS_EXEC", "PBS_HOME", "PBS_SERVER"],
      others: ["PALS_"]),
    BatchVariables(
      "LSB_JOBID", told: ["LSB_", "LS_JOBPID", "LS_SUBCWD", "LS_EXEC_T"], others: ["LSF_"]),
    BatchVariables(
      "SGE_TASK_ID",
      told: [
        "SGE_TASK_", "SGE_O_", "SGE_STD", "SGE_CWD_", "SGE_JOB_", "SGE_BINARY_", "SGE_HGR_",
      ],
      others: ["SGE_"],
      shared: [
        "ARC", "JOB_ID", "JOB_NAME", "JOB_SCRIPT", "NHOSTS", "NQUEUES", "NSLOTS", "PE",
        "PE_HOSTFILE",
        "QUEUE", "REQNAME", "REQUEST", "RESTARTED",
      ]),
    BatchVariables("OAR_JOB_ID", told: ["OAR_"]),
    BatchVariables(
      "FLUX_JOB_ID", told: ["FLUX_JOB_", "FLUX_TASK_", "FLUX_KVS_"], others: ["FLUX_"]),
    BatchVariables(
      "_CONDOR_JOB_AD",
      told: [
        "_CONDOR_JOB_", "_CONDOR_MACHINE_AD", "_CONDOR_SCRATCH_", "_CONDOR_SLOT",
        "_CONDOR_WRAPPER_",
        "_CONDOR_CREDS", "_CONDOR_CHIRP_", "_CONDOR_BIN",
      ],
      others: ["_CONDOR_"], shared: ["BATCH_SYSTEM"]),
    BatchVariables("JOB_COMPLETION_INDEX", told: ["JOB_COMPLETION_INDEX"]),
    // How processes of one job find each other, whoever began them.
    BatchVariables("PMI_RANK", told: ["PMI_", "PMI2_"], others: ["PMIX_"]),
  ]

  /// The names of an environment that no job of ours shall see.
  public static func names(in environment: some Sequence<String>) -> Set<String> {
    let names = Set(environment)
    return all.reduce(into: []) { found, system in
      let beginnings = system.told + system.others
      found.formUnion(names.filter { name in beginnings.contains { name.hasPrefix($0) } })
      if names.contains(system.mark) { found.formUnion(names.intersection(system.shared)) }
    }
  }
}
