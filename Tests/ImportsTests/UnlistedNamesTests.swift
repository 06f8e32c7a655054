import Testing

/// Recorded names that are no parameters of the sweep and vary all the same.
@Suite struct UnlistedNamesTests {
  private static let mixed = """
    size,lr,seed,loss.final,acc,wall_time,note
    10,0.001,0,0.97,0.5,11,a
    20,0.001,0,0.75,0.5,12,b
    10,0.1,1,0.99,0.6,12,c
    20,0.1,1,0.88,0.6,11,d
    """

  @Test func columnThatVaries_andIsNoParameter_makesPointsAmbiguous() throws {
    let folder = try ImportFolder()
    try folder.write("r.csv", Self.mixed)
    let plan = try folder.plan(["r.csv"])
    #expect(Set(plan.refusals).count == 1 && plan.refusals.count == 4, "\(plan.refusals)")
    #expect(plan.refusals[0].contains("lr (0.001, 0.1)"), "\(plan.refusals)")
    #expect(try folder.plan(["r.csv"], map: "ignore: [lr, note]").points.count == 4)
    let some = try folder.plan(["r.csv"], map: "only: {lr: 1e-3}\nignore: note")
    #expect(some.points == ["size=10 seed=0", "size=20 seed=0"])
    #expect(some.refusals.last == "unwanted: its lr is 0.1: the map takes only 1e-3")
    let mapped = try folder.plan(["r.csv"], map: "parameters: {exponent: lr}\nignore: note")
    #expect(!mapped.refusals.contains { $0.hasPrefix("ambiguous") }, "\(mapped.refusals)")
  }

  /// What is derived from the sweep's parameters varies with them.
  @Test func whatFollowsFromParameters_mayVary() throws {
    let folder = try ImportFolder()
    func table(_ last: Int) -> String {
      "size,seed,hidden,loss.final\n10,0,40,1\n20,0,80,1\n10,1,40,1\n20,1,\(last),1\n"
    }
    try folder.write("r.csv", table(80))
    #expect(try folder.plan(["r.csv"]).points.count == 4)
    try folder.write("r.csv", table(81))
    #expect(try folder.plan(["r.csv"]).points.isEmpty)
  }

  @Test func whatIsMeasured_orTellsRunsApart_mayVary() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      size,seed,loss.final,best_acc,runtime,out_dir,run_name,Created,flops,lr
      10,0,1.5,1,2,out/a,happy,2026-01-01T00:00:00,100,0.1
      20,0,1.5,1,3,out/b,sad,2026-01-01T00:00:01,200,0.1
      10,1,2.5,0,3,out/c,odd,2026-01-01T00:00:02,100,1e-1
      20,1,2.5,0,2,out/d,even,2026-01-01T00:00:02,200,0.10
      """)
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points.count == 4 && plan.refusals == [], "\(plan.refusals)")
  }

  /// What is called as something measured and holds words is a setting.
  @Test(arguments: [("bf16", "fp32", false), ("0.5", "0.7", true)])
  func measuredNameWithWords_isASetting(_ one: String, _ other: String, _ isTaken: Bool) throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      "size,seed,precision,loss.final\n10,0,\(one),1\n20,0,\(one),1\n10,1,\(other),1\n20,1,\(one),1\n"
    )
    let plan = try folder.plan(["r.csv"])
    #expect(plan.points.count == (isTaken ? 4 : 0), "\(plan.refusals)")
    if !isTaken { #expect(plan.refusals[0].contains("precision"), "\(plan.refusals)") }
  }

  @Test func recordedParameter_ofATool_isAmbiguousToo() throws {
    let folder = try ImportFolder()
    for (id, size, rate) in [("a1", 10, "0.1"), ("b2", 20, "0.01")] {
      let run = "mlruns/0/\(id)"
      try folder.write(
        "\(run)/meta.yaml",
        "run_id: \(id)\nexperiment_id: '0'\nstatus: 3\nlifecycle_stage: active\n")
      try folder.write("\(run)/params/size", "\(size)")
      try folder.write("\(run)/params/seed", "1")
      try folder.write("\(run)/params/rate", rate)
      try folder.write("\(run)/params/save_path", "x/\(id)")
      try folder.write("\(run)/metrics/loss", "1 0.5 0\n")
    }
    let plan = try folder.plan(["mlruns"])
    #expect(plan.refusals.count == 2)
    #expect(plan.refusals[0].hasPrefix("ambiguous: rate (0.1, 0.01) varies"), "\(plan.refusals)")
  }

  @Test func flag_thatThePatternReads_isTheParameter() throws {
    let folder = try ImportFolder()
    let header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
    func log(_ rates: [String]) -> String {
      header
        + zip([10, 20], rates).map { "1\t:\t1.5\t2.5\t0\t0\t0\t0\tt --n \($0) --rate \($1)\n" }
        .joined()
    }
    try folder.write("a.log", log(["0.1", "0.1"]))
    try folder.write("b.log", log(["0.1", "0.2"]))
    let map = "pattern: t --n {size}\nconstants: {seed: 0}\nmetrics: {loss: JobRuntime}"
    #expect(try folder.plan(["a.log"], map: map).points.count == 2)
    let plan = try folder.plan(["b.log"], map: map)
    #expect(plan.refusals.first?.hasPrefix("ambiguous: rate (0.1, 0.2)") == true)
  }

  @Test func column_thatIsTheSameThroughoutARun_isItsParameter() throws {
    let folder = try ImportFolder()
    try folder.write(
      "r.csv",
      """
      size,seed,step,loss,mode,rate
      10,0,1,3,1,0.5
      10,0,2,2,1,0.25
      20,0,1,3,2,0.5
      20,0,2,2,2,0.25
      """)
    let plan = try folder.plan(["r.csv"])
    #expect(plan.refusals.count == 2)
    #expect(plan.refusals[0].hasPrefix("ambiguous: mode (1, 2) varies"), "\(plan.refusals)")
    #expect(try folder.plan(["r.csv"], map: "ignore: mode").points.count == 2)
  }
}
