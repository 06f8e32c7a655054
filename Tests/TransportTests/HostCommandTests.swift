import LabSupport
import SweepModel
import Testing

@testable import Transport

/// What commands on login hosts, and beside pilots, see of the allocation in which they are called.
@Suite struct HostCommandTests {
  private static func left(_ environment: [String]) async -> [String] {
    let script = RemoteScript.flattened(HostCommand.unset) + " env"
    let words = ["env", "-i", "PATH=/usr/bin:/bin"] + environment + ["/bin/sh", "-c", script]
    let lines = await Command.run(words).output.split(separator: "\n").map(String.init)
    return lines.filter { line in environment.contains(line) }
  }

  @Test(arguments: [
    (["SLURM_JOB_ID=1", "SLURM_NTASKS=2", "SLURM_CONF=/c"], ["SLURM_CONF=/c"]),
    // Outside of an allocation they are a person's wishes.
    (["SLURM_CLUSTERS=a", "PBS_DEFAULT=s"], ["SLURM_CLUSTERS=a", "PBS_DEFAULT=s"]),
    (["PBS_JOBID=1", "PBS_O_PATH=/x", "PBS_SERVER=s", "TITLE=x"], ["PBS_SERVER=s", "TITLE=x"]),
    (
      ["LSB_JOBID=1", "LS_SUBCWD=/", "LS_COLORS=x", "LSF_ENVDIR=/e"],
      ["LS_COLORS=x", "LSF_ENVDIR=/e"]
    ),
    (
      ["SGE_TASK_ID=1", "SGE_O_HOST=a", "SGE_ROOT=/r", "SGE_CELL=c"], ["SGE_ROOT=/r", "SGE_CELL=c"]
    ),
    (["OAR_JOB_ID=1", "OAR_NODEFILE=/n"], []),
    (["FLUX_JOB_ID=f1", "FLUX_TASK_RANK=0", "FLUX_URI=local:///f"], ["FLUX_URI=local:///f"]),
    (
      ["_CONDOR_JOB_AD=/a", "_CONDOR_SLOT=slot1", "_CONDOR_CONDOR_HOST=h"],
      ["_CONDOR_CONDOR_HOST=h"]
    ),
    (["JOB_COMPLETION_INDEX=3", "KUBERNETES_SERVICE_HOST=h"], ["KUBERNETES_SERVICE_HOST=h"]),
  ])
  func allocationAround_isForgotten_butNotWhereTheSystemIs(
    environment: [String], left: [String]
  ) async {
    #expect(Set(await Self.left(environment)) == Set(left))
  }
}
