import SweepFiles
import SweepModel
import Testing

@testable import Batch

/// What batch systems answer, as their manuals and users show it.
@Suite struct AnswerReaderTests {
  private static func reader(_ name: String) -> AnswerReader {
    AnswerReader(BatchSystems.named(name) ?? BatchSystem())
  }

  /// An entry as `17_3 running R n1 why`.
  private static func text(_ entry: QueueEntry) -> String {
    "\(entry.pilot.id) \(entry.phase) \(entry.state) \(entry.node) \(entry.reason)"
  }

  @Test(arguments: [
    ("slurm", "17\n", 2, ["17_0", "17_1"]),
    ("slurm", "sbatch: warning: 2 things\n17;cluster\n", 1, ["17_0"]),
    ("pbs", "1234[].pbs-server\n", 2, ["1234_1", "1234_2"]), ("pbs", "1234.pbs\n", 1, ["1234_0"]),
    ("lsf", "Job <930> is submitted to default queue <normal>.\n", 2, ["930_1", "930_2"]),
    ("lsf", "Project is \"x\"\nJob <930> is submitted to queue <gpu>.\n", 1, ["930_1"]),
    ("sge", "65.1-2:1\n", 2, ["65_1", "65_2"]), ("sge", "65.1-1:1\n", 1, ["65_1"]),
    (
      "oar",
      "[ADMISSION RULE] Modify resource description with type constraints\nGenerate a job key...\n"
        + "OAR_JOB_ID=13\nOAR_JOB_ID=14\nOAR_ARRAY_ID=13\n", 2, ["13_0", "14_0"]
    ),
    ("flux", "ƒ3ETxsR9H\nƒ38rBqEWT\n", 2, ["4928558858240_0", "4714733240320_0"]),
    ("htcondor", "17.0 - 17.3\n", 4, ["17_0", "17_1", "17_2", "17_3"]),
    ("kubernetes", "job.batch/q0123456789-1764449000\n", 1, ["1764449000_0"]),
  ])
  func submission_isReadAsPilots(system: String, answer: String, count: Int, pilots: [String]) {
    #expect(Self.reader(system).pilots(answer, count: count)?.map(\.id) == pilots)
  }

  @Test(arguments: [
    "slurm", "pbs", "lsf", "sge", "oar", "flux", "htcondor", "kubernetes",
  ])
  func answer_withoutAJob_isNone(system: String) {
    for answer in [
      "", "thank you\n", "error: 17 reasons against it\n", "failed\n", "OAR_JOB_ID=-5\n",
    ] {
      #expect(Self.reader(system).pilots(answer, count: 2) == nil, "\(answer)")
    }
  }

  @Test func pbs_isReadInBlocks_withLongLines() {
    let entries = Self.reader("pbs").entries(
      """
      qstat: Unknown Job Id 16.pbs
      Job Id: 17[].pbs
          Job_Name = q012345678
          job_state = B
          queue = workq
      \tx
      Job Id: 17[1].pbs
          Job_Name = q012345678
          job_state = R
          exec_host = node-3/0*8+node-4/0*8
          Variable_List = PBS_O_HOME=/home/kim,PBS_O_PATH=/usr/bin:/bin,
      \tjob_state = Q
          comment = Job run at Sun Nov 29 at 20:00 on (node-3:ncpus=8)
      Job Id: 17[2].pbs
          job_state = Q
          comment = Not Running: Insufficient amount of resource: ncpus (R: 8 A
      \t: 0 T: 64)

      Job Id: 18.pbs
          job_state = X
      """)
    #expect(
      entries.map(Self.text) == [
        "17_1 running R node-3 Job run at Sun Nov 29 at 20:00 on (node-3:ncpus=8)",
        "17_2 pending Q  Not Running: Insufficient amount of resource: ncpus (R: 8 A: 0 T: 64)",
        "18_0 ended X  X",
      ])
  }

  @Test func lsf_isReadByItsColumns() {
    let entries = Self.reader("lsf").entries(
      """
      930|1|RUN|8*hosta|-
      930|2|PEND|-|User has reached the per-user job slot limit of the queue;
      930|3|RUN|hostb:hostb|
      930|4|UNKWN|hostc|
      930|5|EXIT|hostd|
      """)
    #expect(
      entries.map(Self.text) == [
        "930_1 running RUN hosta -",
        "930_2 pending PEND  User has reached the per-user job slot limit of the queue;",
        "930_3 running RUN hostb RUN", "930_4 unknown UNKWN hostc UNKWN",
        "930_5 ended EXIT hostd EXIT",
      ])
  }

  @Test func gridEngine_isReadByItsTags() {
    let entries = Self.reader("sge").entries(
      """
      <?xml version='1.0'?>
      <job_info>
        <queue_info>
          <job_list state="running">
            <JB_job_number>65</JB_job_number>
            <JB_name>q012345678</JB_name>
            <state>r</state>
            <queue_name>all.q@node01.site</queue_name>
            <slots>8</slots>
            <tasks>1</tasks>
          </job_list>
        </queue_info>
        <job_info>
          <job_list state="pending">
            <JB_job_number>65</JB_job_number>
            <state>Eqw</state>
            <queue_name></queue_name>
            <tasks>2</tasks>
          </job_list>
          <job_list state="pending">
            <JB_job_number>66</JB_job_number>
            <state>dr</state>
          </job_list>
        </job_info>
      </job_info>
      """)
    #expect(
      entries.map(Self.text) == [
        "65_1 running r node01.site r", "65_2 pending Eqw  Eqw", "66_0 unknown dr  dr",
      ])
  }

  @Test func oar_isReadInBlocks() {
    let entries = Self.reader("oar").entries(
      """
      Job_Id: 13
          job_array_id = 13
          name = q012345678
          state = Running
          assigned_hostnames = node-1.site+node-2.site
          cpuset_name = kim_13
          message = R=8,W=1:0:0,J=B (Karma=0.000)
      Job_Id: 14
          state = toLaunch
          assigned_hostnames =
          message = Waiting
      """)
    #expect(
      entries.map(Self.text) == [
        "13_0 running Running node-1.site R=8,W=1:0:0,J=B (Karma=0.000)",
        "14_0 pending toLaunch  Waiting",
      ])
  }

  @Test func flux_htcondor_andKubernetes_areReadByTheirColumns() {
    #expect(
      Self.reader("flux").entries("292057776128|RUN|corona12|\n4503599627370496|SCHED||eta\n")
        .map(Self.text) == [
          "292057776128_0 running RUN corona12 RUN", "4503599627370496_0 pending SCHED  eta",
        ])
    #expect(
      Self.reader("htcondor").entries(
        "17 0 2 slot1_2@exec-7 undefined\n17 1 1 undefined undefined\n17 2 5 undefined no memory\n"
      ).map(Self.text) == [
        "17_0 running 2 exec-7 2", "17_1 pending 1  1", "17_2 ended 5  no memory",
      ])
    #expect(
      Self.reader("kubernetes").entries(
        "1764449000   0   Running   node-a   <none>\n"
          + "1764449000   1   Pending   <none>   0/3 nodes are available: 3 Insufficient cpu.\n"
      ).map(Self.text) == [
        "1764449000_0 running Running node-a Running",
        "1764449000_1 pending Pending  0/3 nodes are available: 3 Insufficient cpu.",
      ])
  }

  /// Nothing of a foreign answer becomes a word of a command.
  @Test func names_thatCouldMeanSomething_areNone() {
    #expect(
      Self.reader("pbs").found("17[].pbs\n-x\n18;rm\n19.pbs  kim\n$(x)\n") == [
        "17[].pbs", "19.pbs",
      ])
    let entries = Self.reader("lsf").entries("930|1|RUN|n1' || true|\n930|-1|RUN|n1|\n")
    #expect(entries.map(\.node) == [""])
  }

  @Test(arguments: [
    ("pbs", "qstat: Unknown Job Id 17[].pbs"), ("lsf", "Job <q012345678> is not found"),
    ("lsf", "No unfinished job found"), ("kubernetes", "No resources found in default namespace."),
  ])
  func emptiness_isNoFailure(system: String, output: String) {
    #expect(Self.reader(system).saysNone(output))
    #expect(!Self.reader(system).saysNone("cannot connect to server"))
  }
}
