import Foundation
import Imports
import SweepModel
import Testing

/// Cells that hold no number, columns that have one name, and columns that are no metrics.
@Suite struct BadCellTests {
  private static let points = ["size=10 seed=0", "size=20 seed=0", "size=20 seed=1"]

  /// The path does not matter.
  private func refusals(_ plan: ImportPlan, _ folder: ImportFolder) -> [String] {
    plan.refusals.map { $0.replacingOccurrences(of: folder.path + "/", with: "") }
  }

  @Test(arguments: [
    (
      "r.csv", "size,seed,note,loss.final\n10,0,,0.5\n10,1,\"a\nb\",0.5x\n20,0,3,0.25\n20,1,c,1\n",
      "r.csv:4:4"
    ),
    (
      "r.tsv", "size\tseed\tloss.final\n10\t0\t0.5\n10\t1\t0.5x\n20\t0\t0.25\n20\t1\t1\n",
      "r.tsv:3:6"
    ),
    (
      "r.jsonl",
      """
      {"size": 10, "seed": 0, "loss": {"final": 0.5}}
      {"size": 10, "seed": 1, "loss": {"final": "0.5x"}}
      {"size": 20, "seed": 0, "loss": {"final": 0.25}} {"size": 20, "seed": 1, "loss": {"final": 1}}
      """, "r.jsonl:2:44"
    ),
  ])
  func rowARun_withABadCell_isRefusedAlone(name: String, text: String, place: String) throws {
    let folder = try ImportFolder()
    try folder.write(name, text)
    let plan = try folder.plan([name])
    #expect(plan.points == Self.points)
    #expect(
      refusals(plan, folder) == [
        "damaged: \(place): Column loss.final has \"0.5x\", and a number was expected. Mend it; NA "
          + "stands for a missing value."
      ])
  }

  /// No other cell of the column loses what it says: its decimal comma, its size.
  @Test func badCell_takesNothingFromItsColumn() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "size;seed;loss.final\n10,0;0;0,5\n0.02k?;1;0,5\n2e1;1;1,5\n")
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=0", "size=20 seed=1"])
    #expect(plan.firstResult?.scalar("loss.final") == 0.5)
    #expect(plan.refusals == ["foreign: the grid has no size=0.02k?"])
  }

  @Test func rowAStep_withABadCell_losesNoStepSilently() throws {
    let folder = try ImportFolder()
    let steps = """
      size,seed,step,loss
      10,0,1,3
      10,0,2,2
      10,1,1,3
      10,1,2,oops
      10,1,3,1
      20,0,1,3
      20,0,2?,2
      20,1,1,3
      20,1,2,
      20,1,3,1
      """
    try folder.write("r.csv", steps)
    let plan = try folder.plan(["r.csv"], map: "lastStep: any")
    #expect(plan.points == ["size=10 seed=0", "size=20 seed=1"])
    #expect(
      refusals(plan, folder) == [
        "damaged: r.csv:5:8: Column loss has \"oops\", and a number was expected. Mend it; NA stands "
          + "for a missing value.",
        "damaged: r.csv:8:6: Column step has the step \"2?\", and a whole number was expected.",
      ])
  }

  @Test func rowAValue_withABadCell_isRefusedForThatMetricAlone() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      size,seed,what,number
      10,0,test,oops
      20,0,test,2
      20,0,train,oops
      """)
    let plan = try folder.plan(
      ["r.csv"],
      map: "metrics: {loss: test}\nlastStep: any\ntable: {metric: what, value: number}")
    #expect(plan.points == ["size=20 seed=0"])
    #expect(refusals(plan, folder).first?.hasPrefix("damaged: r.csv:2:11: Column number") == true)
  }

  @Test func chart_withABadCell_isThatOfOneRun() throws {
    let folder = try ImportFolder()
    func columns(_ runs: [String]) -> String {
      runs.map { "\($0) - loss,\($0) - loss__MIN,\($0) - loss__MAX" }.joined(separator: ",")
    }
    try folder.write(
      "chart.csv",
      """
      Step,\(columns(["10-0", "10-1", "20-0", "20-1"]))
      0,3,,,4,,,5,,,6,,
      1,2,,,oops,,,4,,,5,,
      2?,,,,,,,,,,4,,
      """)
    try folder.write("twice.csv", "Step,\(columns(["10-0", "10-0"]))\n0,3,,,4,,\n")
    let map = "pattern: '{size}-{seed}'\nlastStep: any"
    let plan = try folder.plan(["chart.csv"], map: map)
    #expect(plan.points == ["size=10 seed=0", "size=20 seed=0"])
    let refused = refusals(plan, folder)
    #expect(
      refused.first?.hasPrefix("damaged: chart.csv:3:7: Column 10-1 - loss has \"oops\"") == true,
      "\(refused)")
    #expect(
      refused.last
        == "damaged: chart.csv:4:1: Column Step has the step \"2?\", and a whole number was "
        + "expected.")
    let twice = try folder.plan(["twice.csv"], map: map)
    #expect(
      refusals(twice, folder) == [
        "damaged: twice.csv:1:1: Two columns are called 10-0 - loss. Give them different names."
      ])
  }

  @Test(arguments: [
    (
      "jobs.log",
      """
      Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand
      1\t:\t1.5\t  2.5\t0\t0\t0\t0\ta --size 10 --seed 0
      2\t:\t1.5\t  oops\t0\t0\t0\t0\ta --size 10 --seed 1
      """, "jobs.log:3:9"
    ),
    (
      "r.csv",
      """
      Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command
      1,:,1.5,2.5,0,0,0,0,a --size 10 --seed 0
      2,:,1.5,oops,0,0,0,0,a --size 10 --seed 1
      """, "r.csv:3:9"
    ),
  ])
  func joblog_withABadCell_saysWhere(name: String, text: String, place: String) throws {
    let folder = try ImportFolder()
    try folder.write(name, text)
    let plan = try folder.plan([name], map: "metrics: {loss: JobRuntime}")
    #expect(plan.points == ["size=10 seed=0"])
    let refused = refusals(plan, folder)
    let words = "damaged: \(place): Column JobRuntime has \"oops\", and a number was expected."
    #expect(refused.first?.hasPrefix(words) == true, "\(refused)")
  }

  /// The half of a command line may hold the half of a parameter.
  @Test func joblog_withACommandThatIsTooLong_saysSo() throws {
    let folder = try ImportFolder()
    let header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
    let rest = String(repeating: " x", count: 1 << 15)
    try folder.write(
      "jobs.log", header + "1\t:\t1.5\t2.5\t0\t0\t0\t0\ta --size 10\(rest) --seed 0\n")
    let plan = try folder.plan(["jobs.log"], map: "metrics: {loss: JobRuntime}")
    let words = "damaged: its command line is longer than 64 KiB, the most that is read"
    #expect(plan.refusals == [words])
  }

  /// As `fit` refuses them.
  @Test(arguments: [
    "size,seed,loss.final,loss.final\n10,0,1,2\n", "size\tsize\tseed\tloss.final\n10\t20\t0\t1\n",
    "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,Seq\n1,:,1,1,0,0,0,0,a,1\n",
  ])
  func columns_ofOneName_areRefused(text: String) throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", text)
    #expect {
      try folder.plan(["r.csv"])
    } throws: { error in
      "\(error)".contains("r.csv:1:1: Two columns are called ")
        && "\(error)".contains("Give them different names.")
    }
    try folder.write("r.csv", "size,seed,loss.final,,\n10,0,1,,\n")
    #expect(try folder.plan(["r.csv"]).points == ["size=10 seed=0"])
  }

  private static let command = """
    name: c
    run: train {width} {seed}
    grid: {width: [8, 16], seed: [0, 1]}
    """

  /// Of a command nobody knows its metrics: what says which run it is, is none.
  @Test func parameters_ofARowARun_areNoMetrics() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      ,hidden,seed,status,old,comment,loss,acc
      0,8,0,0,1,3,0.5,0.25
      1,8,1,0,1,first try,0.5,0.25
      2,16,0,0,1,better,0.5,n/a
      3,16,1,0,1,,0.5,bad
      """)
    let plan = try folder.plan(
      ["r.csv"], Self.command, map: "parameters: {width: hidden}\nignore: [old]")
    #expect(plan.points == ["width=8 seed=0", "width=8 seed=1", "width=16 seed=0"])
    #expect(
      plan.firstResult?.scalars == [.init("loss.final", 0.5), .init("acc.final", 0.25)])
    #expect(refusals(plan, folder).first?.hasPrefix("damaged: r.csv:5:") == true)
    let asked = try folder.plan(
      ["r.csv"], Self.command, map: "parameters: {width: hidden}\nmetrics: {loss: comment}")
    #expect(asked.points == ["width=8 seed=0"] && asked.refusals.count == 3)
  }
}
