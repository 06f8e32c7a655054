import Imports
import SweepModel
import Testing

/// What GNU parallel leaves: a joblog, and the output of its jobs.
@Suite struct ParallelRunsTests {
  private static let header =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"

  private static func row(
    _ seq: Int, _ command: String, status: Int = 0, signal: Int = 0
  ) -> String {
    "\(seq)\t:\t1764400000.125\t     1.250\t0\t9\t\(status)\t\(signal)\t\(command)\n"
  }

  private static let map = """
    pattern: train.py --size {size} --seed {seed}
    output: 'step (?<step>\\d+) loss (?<loss>\\S+)'
    """

  @Test func jobs_withTheirOutput_areRuns() throws {
    let folder = try ImportFolder()
    let commands = ["10 --seed 0", "20 --seed 0", "10 --seed 1", "20 --seed 1"]
    var log = Self.header
    // Jobs end in any order; the second failed, and did well when it was tried again.
    log += Self.row(2, "python train.py --size \(commands[1])", status: 1)
    log += Self.row(1, "python 'train.py' --size \(commands[0])\t> out")
    log += Self.row(3, "python train.py --size \(commands[2])", status: 0, signal: 9)
    log += Self.header
    log += Self.row(2, "python train.py --size \(commands[1])")
    log += Self.row(4, "python train.py --size \(commands[3])").dropLast(60)
    try folder.write("jobs.log", log)
    for seq in 1...5 {
      let leaf = "results/1/10/2/\(seq)"
      try folder.write("\(leaf)/seq", "\(seq)")
      try folder.write("\(leaf)/stdout", "begin\nstep 0 loss 3.5\rstep 10 loss \(seq)e-1\nend\n")
      try folder.write("\(leaf)/stderr", "")
    }
    let plan = try folder.plan(["jobs.log", "results"], map: Self.map)
    #expect(plan.points == ["size=20 seed=0", "size=10 seed=0"])
    let curve = Curve(name: "loss", steps: [0, 10], values: [3.5, 0.2])
    #expect(plan.firstResult == JobResult(scalars: [.init("loss.final", 0.2)], curves: [curve]))
    #expect(
      plan.refusals == [
        "unfinished: signal 9 ended it",
        "damaged: the line is no line of a joblog, or its end is missing",
        "damaged: the joblog does not have it: it has not ended",
      ])
    let reading = try #require(plan.adopted.first.flatMap(plan.reading))
    #expect(reading.run.startedAt == 1_764_400_000.125)
    #expect(reading.run.endedAt == 1_764_400_001.375)
    #expect(reading.run.files.map { $0.split(separator: "/").last } == ["jobs.log", "stdout"])
  }

  @Test func commandLines_tellTheirParametersByThemselves() throws {
    let folder = try ImportFolder()
    let log =
      Self.header + Self.row(1, "./a --size=10 --seed 1") + Self.row(2, "./a size=20 seed=0 --fast")
    try folder.write("jobs.log", log)
    let plan = try folder.plan(["jobs.log"], map: "metrics: {loss: JobRuntime}")
    #expect(plan.points == ["size=10 seed=1", "size=20 seed=0"])
    #expect(plan.firstResult?.scalar("loss.final") == 1.25)
  }

  @Test func aDash_isAValue_andBashsEscapesAreRead() throws {
    let folder = try ImportFolder()
    try folder.write(
      "jobs.log",
      Self.header + Self.row(1, "a --u -") + Self.row(2, #"env 'QUANTA_PARAMS={"u": "a\nb"}' a"#)
        + Self.row(3, #"a --u $'a\012b'"#))
    let sweep = #"{name: c, run: 'a {u}', grid: {u: ["-", "a\nb"]}}"#
    let plan = try folder.plan(["jobs.log"], sweep, map: "metrics: {time: JobRuntime}")
    #expect(plan.points.count == 2 && plan.refusals == [], "\(plan.refusals)")
  }

  @Test func results_withNames_areParameters() throws {
    let folder = try ImportFolder()
    for (seq, size) in [(1, 10), (2, 20)] {
      let leaf = "out/seed/0/size/\(size)"
      try folder.write("\(leaf)/seq", "\(seq)\n")
      try folder.write("\(leaf)/stdout", "loss: 1 nats\nloss: 0.\(seq) nats\n")
      try folder.write("\(leaf)/stderr", "")
    }
    let plan = try folder.plan(["out"], map: "output: 'loss: (?<loss>\\S+) nats'")
    #expect(plan.points == ["size=10 seed=0", "size=20 seed=0"])
    #expect(plan.firstResult?.scalar("loss.final") == 0.1)
    #expect(plan.unchecked.contains("steps"))
  }

  @Test func results_asATable_areRuns() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,V1,Stdout,Stderr
      1,:,1764400000.1,0.5,0,9,0,0,"t --size 10 --seed 0",10,"step 1 loss 2
      step 2 loss 1
      ",
      2,:,1764400000.1,0.5,0,9,3,0,"t --size 20 --seed 0",20,"step 1 loss 2",
      """)
    let plan = try folder.plan(["r.csv"], map: "output: 'step (?<step>\\d+) loss (?<loss>\\S+)'")
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.firstResult?.curve("loss")?.steps == [1, 2])
    #expect(plan.refusals == ["unfinished: it ended with status 3"])
  }

  /// A sweep without metrics of its own asks for nothing: what a joblog notes of any job is no result.
  @Test func joblog_alone_isNoResult() throws {
    let folder = try ImportFolder()
    let log = Self.header + Self.row(1, "a --u 1") + Self.row(2, "a --u 2")
    try folder.write("jobs.log", log)
    let sweep = "{name: c, run: 'a {u}', grid: {u: [1, 2]}}"
    let plan = try folder.plan(["jobs.log"], sweep)
    #expect(plan.refusals.count == 2)
    #expect(plan.refusals.allSatisfy { $0.hasPrefix("lacking: it records nothing but JobRuntime") })
    let timed = try folder.plan(["jobs.log"], sweep, map: "metrics: {time: JobRuntime}")
    #expect(timed.points.count == 2 && timed.firstResult?.scalar("time.final") == 1.25)
  }
}
