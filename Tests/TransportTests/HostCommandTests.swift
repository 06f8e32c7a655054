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

  private static let login = HostTransport(login: HostSpec(name: "login", access: .local))

  /// Of thousands of allocations systems tell more than accounts print beside.
  @Test func answer_ofMegabytes_isRead() throws {
    let size = RemoteLines.noiseLimit + 1000
    let script = "head -c \(size) /dev/zero | tr '\\0' x"
    let answer = try Self.login.run(HostCommand(["/bin/sh", "-c", script]), timeoutSeconds: 60)
    #expect(answer.status == 0)
    #expect(answer.output.utf8.count == size)
  }

  /// What ends a command is told apart from what it prints.
  @Test func answer_withEmptyLines_andAStatus_isWhole() throws {
    let script = "cat; printf 'a7\\n\\nc'; echo no >&2; exit 7"
    let answer = try Self.login.run(
      HostCommand(["/bin/sh", "-c", script], input: "x\n"), timeoutSeconds: 60)
    #expect(answer.status == 7)
    #expect(answer.output == "x\na7\n\ncno")
  }

  /// Nothing that is printed without end is kept.
  @Test func answer_withoutEnd_isSaid_andEnded() throws {
    let failure = #expect(throws: LinkFailure.self) {
      try Self.login.run(HostCommand(["yes"]), timeoutSeconds: 60)
    }
    #expect(failure?.message.contains("prints without end") == true, "\(failure?.message ?? "")")
  }

  /// One that waits for ever would be beside the next one, and so on.
  @Test func command_thatDoesNotAnswer_isSaid_andEnded() async throws {
    let mark = "8\(UInt32.random(in: 100_000...999_999))"
    let failure = #expect(throws: LinkFailure.self) {
      try Self.login.run(HostCommand(["sleep", mark]), timeoutSeconds: 1)
    }
    #expect(failure?.message == "login: sleep has not answered within 1 s")
    #expect(failure?.remedy.hasPrefix("run it there by hand") == true)
    let limit = ContinuousClock.now + .seconds(60)
    var left = "?"
    while !left.isEmpty, .now < limit {
      try await Task.sleep(for: .milliseconds(200))
      left = await Command.run(["pgrep", "-f", "^sleep \(mark)"]).output
    }
    #expect(left.isEmpty)
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
