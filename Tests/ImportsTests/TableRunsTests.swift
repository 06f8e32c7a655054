import Foundation
import Imports
import SweepModel
import Testing

/// Tables of runs: a row a run, a step, or a value.
@Suite struct TableRunsTests {
  @Test func rowARun_isMatchedByItsNumbers() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "seed,size,steps,loss.final\n0,1e1,300.0,0.5\n1.0,20,3e2,0.25\n")
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=0", "size=20 seed=1"])
    #expect(plan.refusals == [])
    let scalars = [JobResult.Scalar("loss.final", 0.5), .init("steps", 300)]
    #expect(plan.firstResult == JobResult(scalars: scalars, curves: []))
    #expect(plan.unchecked == ["exponent", "noise", "ending"])
  }

  @Test func rowARun_thatCannotBeAdopted_isNamedWithItsReason() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      seed,size,steps,loss.final,state
      0,10,300,0.5,finished
      0,10,300,0.5,finished
      1,10,200,0.5,finished
      0,20,300,0.5,crashed
      2,20,300,0.5,finished
      ,20,300,0.5,finished
      1,20,300,,finished
      """)
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.items.map(\.verdict)[1] == .repeated(of: 0))
    #expect(
      plan.refusals == [
        "foreign: it is not of this sweep: its steps is 200, the sweep's is 300",
        "unfinished: its state is crashed",
        "foreign: the grid has no seed=2; the nearest is 1",
        "foreign: it does not record seed",
        "lacking: it does not record loss.final",
      ])
    let accepting = try folder.plan(["r.csv"], map: "accept: crashed")
    #expect(accepting.points == ["size=10 seed=0", "size=20 seed=0"])
  }

  @Test func onePoint_withTwoResults_isListedAndNotChosen() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "seed,size,loss.final\n0,10,0.5\n1,10,0.1\n0,10,0.625\n0,10,0.5\n")
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=1"])
    #expect(plan.refusals.count == 3)
    #expect(
      plan.refusals[0].hasSuffix(
        "r.csv:4 is another run of the same point: here loss.final is 0.5, there it is 0.625"),
      "\(plan.refusals)")
  }

  @Test func onePoint_ofTwoTools_isToldWithTheirNames() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "seed,size,loss.final,acc\n0,10,0.5,1\n")
    try folder.write("h.csv", "step,loss\n0,0.25\n")
    let plan = try folder.plan(["r.csv", "h.csv"], map: "constants: {seed: 0, size: 10}")
    #expect(plan.points.isEmpty && plan.refusals.count == 2, "\(plan.refusals)")
    #expect(
      plan.refusals.allSatisfy { $0.hasSuffix("name the files or folders of one of them") },
      "\(plan.refusals)")
  }

  @Test func failedRun_whosePointHasAnother_isSuperseded() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "seed,size,loss.final,state\n0,10,,failed\n0,10,0.5,done\n")
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=0"])
    #expect(plan.refusals == ["superseded: its state is failed"])
  }

  @Test func rowAStep_makesCurvesAndTheirNumbers() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      size,seed,step,loss,extra
      10,0,1,3,a
      10,0,3,1,a
      10,0,2,2,a
      20,0,1,3,a
      20,0,2,NaN,a
      20,0,3,,a
      10,1,1,3,a
      10,1,3,0.5,a
      20,1,1,3,a
      20,1,1,4,a
      """)
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points == ["size=10 seed=0", "size=10 seed=1"])
    let curve = Curve(name: "loss", steps: [1, 2, 3], values: [3, 2, 1])
    #expect(plan.firstResult == JobResult(scalars: [.init("loss.final", 1)], curves: [curve]))
    #expect(plan.refusals.count == 2, "\(plan.refusals)")
    #expect(plan.refusals[0].hasPrefix("unfinished: it ends at step 2, others at 3"))
    #expect(plan.refusals[1] == "damaged: loss has two values at step 1")
    #expect(try folder.plan(["r.csv"], map: "lastStep: any").points.count == 3)
    #expect(try folder.plan(["r.csv"], map: "lastStep: 4").points.isEmpty)
    #expect(try folder.plan(["r.csv"], map: "lastStep: steps").points.isEmpty)
  }

  @Test func rowAValue_ofAnyMetric_isTakenApart() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      id,n,seed,when,what,number
      a,10,0,1,test,3
      a,10,0,2,test,1
      a,10,0,1,train,9
      b,20,0,1,test,2
      b,10,0,2,test,2
      """)
    let plan = try folder.plan(
      ["r.csv"],
      map: """
        parameters: {size: n}
        metrics: {loss: {values: test, scale: 2}}
        table: {run: id, step: when, metric: what, value: number}
        """)
    #expect(plan.points == ["size=10 seed=0"])
    #expect(
      plan.firstResult?.curve("loss") == Curve(name: "loss", steps: [1, 2], values: [6, 2]))
    #expect(plan.refusals == ["damaged: n is 20 on line 5 and 10 on line 6"])
  }

  @Test func numbersWithinTheTolerance_areTheGrids() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", "size,seed,exponent,loss.final\n10,0,0.33333334,1\n20,0,0.5,1\n")
    let sweep = smallSweep.replacingOccurrences(
      of: "size: [10, 20]", with: "size: [10, 20], exponent: [0.3333333333, 0.5]")
    let plan = try folder.plan(["r.csv"], sweep)
    #expect(plan.points == ["size=20 exponent=0.5 seed=0"])
    #expect(plan.refusals[0].contains("the nearest is 0.3333333333: `tolerance` in the map"))
    let tolerant = try folder.plan(["r.csv"], sweep, map: "tolerance: 1e-6")
    #expect(tolerant.points.first == "size=10 exponent=0.3333333333 seed=0")
    let vague = try folder.plan(["r.csv"], sweep, map: "tolerance: 0.9")
    #expect(vague.refusals.first?.hasPrefix("ambiguous: several values of exponent") == true)
  }

  @Test func noTable_isRefusedWithWhatItIs() throws {
    let folder = try ImportFolder()
    try Data([0x80, 4, 0x95]).write(to: URL(fileURLWithPath: "\(folder.path)/r.pkl"))
    try folder.write("empty/notes.txt", "x")
    try folder.write("rowless.csv", "size,seed\n")
    for name in ["r.pkl", "empty", "absent.csv", "rowless.csv"] {
      #expect { try folder.plan([name]) } throws: { error in
        "\(error)".contains(name)
      }
    }
  }

  /// W&B exports charts, and the table of the runs that says what their parameters were.
  @Test func charts_withATableOfRuns_areJoinedByName() throws {
    let folder = try ImportFolder()
    try folder.write(
      "chart.csv",
      """
      "Step","dry-sun-1 - loss","dry-sun-1 - loss__MIN","dry-sun-1 - loss__MAX","a - b - loss",\
      "a - b - loss__MIN","a - b - loss__MAX"
      "0","3","3","3","5","5","5"
      "10","2","2","2","","",""
      "20","1","1","1","4","4","4"
      """)
    try folder.write(
      "runs.csv",
      """
      "Name","State","Notes","size","seed"
      "dry-sun-1","finished","-","10","1"
      "a - b","crashed","-","20","1"
      """)
    let plan = try folder.plan(["chart.csv", "runs.csv"])
    #expect(plan.points == ["size=10 seed=1"])
    #expect(
      plan.firstResult?.curve("loss")
        == Curve(name: "loss", steps: [0, 10, 20], values: [3, 2, 1]))
    #expect(plan.refusals == ["unfinished: its state is crashed"])
    let named = try folder.plan(["chart.csv"], map: "pattern: dry-{ending}-{seed}\nignore: ending")
    #expect(named.refusals.count == 2 && named.points.isEmpty)
  }
}
