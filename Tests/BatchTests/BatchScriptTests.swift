import SweepFiles
import SweepModel
import Testing
import Transport

@testable import Batch

/// What batch systems are handed.
@Suite struct BatchScriptTests {
  private static func script(
    _ name: String, terms: [String: String] = [:], extra: [String] = [], skip: Set<String> = []
  ) -> BatchScript {
    var login = HostSpec(name: "login", access: .local)
    login.limits.threads = 8
    login.limits.memoryBytes = 32 << 30
    login.limits[Device.resource] = 1
    let request = BatchRequest(
      of: BatchSystems.named(name) ?? BatchSystem(), terms: terms, seconds: 5400, count: 16,
      extra: extra, skip: skip, setup: ["module load cuda"])
    return BatchScript(
      pool: PoolSpec(name: "lent", login: login, request: request), folder: "/s p", session: "abc",
      binary: WorkerBinary(path: "", hash: "f00", architecture: "", sizeBytes: 0))
  }

  private static let label = script("pbs").label

  @Test(arguments: [
    (
      "slurm",
      "sbatch --parsable --job-name=quanta-abc-lent --time=0-01:30:00 --output=/s_p/sessions/abc/pilot-%A_%a.out "
        + "--open-mode=append --array=0-3 --exclude=n1,n2 --nodes=1 --ntasks=1 --cpus-per-task=8 --mem=32768M "
        + "--gres=gpu:1 --chdir=/ -x"
    ),
    (
      "pbs",
      "qsub -N LABEL -l walltime=01:30:00 -J 1-4 -l select=1:ncpus=8:mem=32768mb:ngpus=1 -S /bin/sh "
        + "-j oe -o /dev/null -x"
    ),
    (
      "lsf",
      "bsub -J LABEL[1-4] -W 90 -n 8 -o /s_p/sessions/abc/pilot-%J_%I.out "
        + "-R select[hname!='n1'_&&_hname!='n2'] -R span[hosts=1] -M 32768MB -R rusage[mem=32768MB] "
        + "-gpu num=1 -rn -cwd / -x"
    ),
    (
      "sge",
      "qsub -terse -N LABEL -t 1-4 -pe smp 8 -l h=!(n1|n2) -S /bin/sh -r n -l h_rt=5400 -l h_vmem=4096M "
        + "-l gpu=1 -wd / -j y -o /dev/null -x"
    ),
    (
      "oar",
      "oarsub -n LABEL --array 4 -p network_address_not_in_('n1',_'n2') "
        + "-l /nodes=1/core=8,walltime=01:30:00 -O /dev/null -E /dev/null -x sh_'FILE'"
    ),
    (
      "flux",
      "flux submit --job-name=quanta-abc-lent --time-limit=5400s --cc=1-4 --ntasks=1 --requires=-host:n1,n2 "
        + "--cores-per-task=8 --gpus-per-task=1 --cwd=/ -x /bin/sh FILE"
    ),
    ("htcondor", "condor_submit -terse -"), ("kubernetes", "kubectl create -o name -f -"),
  ])
  func commandLine_isThatOfTheManual(system: String, line: String) {
    let script = Self.script(system, extra: ["-x"])
    let words = script.submission(4, excluding: ["n1", "n2"]).map { $0.replacing(" ", with: "_") }
    let expected = line.replacing("LABEL", with: Self.label)
      .replacing("FILE", with: script.file.replacing(" ", with: "_"))
    #expect(words.joined(separator: " ") == expected)
  }

  /// One is no array there.
  @Test func pbs_ofOne_isAJobOfItsOwn() {
    #expect(!Self.script("pbs").submission(1).contains("-J"))
    #expect(Self.script("lsf").submission(1).contains("\(Self.label)[1-1]"))
  }

  @Test func options_thatASiteRefuses_areLeftOut() {
    let script = Self.script("pbs", skip: ["mem", "stream"])
    #expect(script.submission(2).contains("select=1:ncpus=8:ngpus=1"))
    #expect(!script.submission(2).contains("oe"))
    #expect(!Self.script("htcondor", skip: ["mem"]).input(2).contains("request_memory"))
  }

  @Test func htcondor_readsADescription() {
    let script = Self.script("htcondor", extra: ["+WantGPU = true"])
    let lines = script.input(4, excluding: ["n1"]).split(separator: "\n").map(String.init)
    #expect(lines.contains("request_memory = 32768MB"))
    #expect(lines.contains("requirements = Machine != \"n1\""))
    #expect(lines.contains("arguments = \"'\(script.file)'\""))
    #expect(lines.suffix(2) == ["+WantGPU = true", "queue 4"])
    #expect(!lines.contains { $0.hasPrefix("accounting_group") })
  }

  @Test func kubernetes_readsAnIndexedJob() {
    let script = Self.script(
      "kubernetes", terms: ["image": "debian:12", "claim": "home"],
      extra: ["runtimeClassName: nvidia"])
    let lines = script.input(4).split(separator: "\n").map(String.init)
    #expect(lines.contains("  completionMode: Indexed"))
    #expect(lines.contains("  completions: 4"))
    #expect(lines.contains("      runtimeClassName: nvidia"))
    #expect(lines.contains("        image: \"debian:12\""))
    #expect(lines.contains("        command: [/bin/sh, \"\(script.file)\"]"))
    #expect(lines.contains("            nvidia.com/gpu: \"1\""))
    #expect(!lines.contains { $0.contains("namespace") || $0.contains("priorityClassName") })
    #expect(!lines.contains { $0.contains("affinity") })
    let without = script.input(4, excluding: ["n1", "n2"])
    #expect(without.contains("\n      affinity:\n        nodeAffinity:\n          required"))
    #expect(
      without.contains(
        "                operator: NotIn\n                values: [\"n1\", \"n2\"]\n"))
  }

  /// What is submitted into a namespace is asked about and called off there.
  @Test func kubernetes_saysItsNamespace_inEveryCall() throws {
    let own = Self.script("kubernetes", terms: ["namespace": "lab"])
    let pilots = [PilotName(job: 17, index: 1)]
    let calls =
      own.cancellation(pilots) + [own.question(about: []), try #require(own.cancellationOfAll)]
    #expect(calls.allSatisfy { $0.contains("--namespace=lab") }, "\(calls)")
    #expect(own.input(1).contains("\n  namespace: \"lab\"\n"))
    #expect(
      !Self.script("kubernetes").question(about: []).contains { $0.isEmpty || $0.contains("space") }
    )
  }

  @Test(arguments: [
    ("slurm", "scancel 17_1 17_2"), ("pbs", "qdel 17[1] 17[2]"), ("lsf", "bkill 17[1] 17[2]"),
    ("sge", "qdel 17.1 17.2"), ("htcondor", "condor_rm 17.1 17.2"),
  ])
  func pilots_areCalledOffByTheirNames(system: String, line: String) {
    let commands = Self.script(system).cancellation([1, 2].map { PilotName(job: 17, index: $0) })
    #expect(commands.map { $0.joined(separator: " ") } == [line])
  }

  @Test func pilots_thatAreNoElements_areCalledOffByTheirJobs() {
    let pilots = [17, 18].map { PilotName(job: $0, index: 0) }
    #expect(Self.script("pbs").cancellation(pilots) == [["qdel", "17", "18"]])
    #expect(Self.script("oar").cancellation(pilots) == [["oardel", "17", "18"]])
    #expect(Self.script("kubernetes").cancellation(pilots).count == 2)
  }

  @Test func beside_aPilot_aCommandBeginsWhereThatIsPossible() {
    let pilot = PilotName(job: 17, index: 0, step: 21)
    #expect(Self.script("slurm").starter(pilot)?.contains("--jobid=21") == true)
    #expect(Self.script("flux").starter(pilot) == ["flux", "exec", "--jobid=17", "--dir=/"])
    #expect(Self.script("pbs").starter(pilot) == nil)
  }

  @Test func script_countsLives_whereTheSystemDoesNot() {
    #expect(Self.script("slurm").text.contains(".\"${SLURM_RESTART_COUNT:-0}\"."))
    #expect(!Self.script("slurm").text.contains(".lives"))
    #expect(
      Self.script("pbs").text.contains("'/s p/sessions/abc/pilot-'\"${PBS_JOBID%%[!0-9]*}\"_\""))
    #expect(Self.script("pbs").text.contains(".\"$restarts\".\"0\" "))
    #expect(Self.script("pbs").text.contains("\nset -e\nmodule load cuda\n"))
  }

  /// They would all stop and ask for successors at the same moment.
  @Test func ends_ofAnArray_areStaggered() {
    #expect(
      Self.script("slurm").text.contains(
        "--ends $((began + 5400 - 5400 * (${SLURM_ARRAY_TASK_ID:-0} % 8) / 128))"))
  }

  @Test func label_isShort_andThatOfAStoreAndPool() {
    #expect(Self.label.count == 10)
    #expect(Self.label.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
  }
}
