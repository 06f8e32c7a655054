import Fitting
import Glibc
import SweepModel
import Testing

/// What residuals say against a fit though no column does: false alarms, detection, and words.
struct DiagnosisTests {
  /// All diagnostics together warn of fewer than 2 % of sweeps with nothing wrong.
  @Test
  func cleanSweeps_areRarelyWarnedOf() throws {
    let seed: UInt64 = 20_261_128
    var noise = Noise(seed: seed)
    var warned: [String] = []
    for number in 0..<1000 {
      let sweep = SyntheticSweep.clean(number, &noise)
      let found = try sweep.diagnoses(named: number % 2 == 0)
      if !found.isEmpty { warned.append("\(number): \(found.map(\.code))") }
    }
    #expect(warned.count < 20, "seed \(seed): \(warned)")
  }

  /// Of every kind with one thing wrong most are warned of; the rates are those of `strong` faults.
  @Test(arguments: FaultySweep.strong)
  func faultySweeps_areWarnedOf(kind: FaultySweep) throws {
    let seed: UInt64 = 3
    var noise = Noise(seed: seed)
    var found = 0
    for _ in 0..<10 {
      let warnings = try kind.make(&noise).diagnoses()
      if warnings.contains(where: { kind.codes.contains($0.code) }) { found += 1 }
    }
    #expect(found >= 9, "seed \(seed), \(kind): \(found) of 10")
  }

  private func fit(
    _ file: String, _ x: String, _ y: String, _ form: FitRequest.Form = .power,
    columns: [String] = []
  ) throws -> Fit {
    let table = try Cases.table("\(file).csv")
    let points = try table.points([x], y, cluster: x)
    let labels = try columns.map { name in
      let place = try table.column(name)
      let values = table.rows.map { $0[place] }
      return FitContext.Column(
        name: name, values: values.map { values.firstIndex(of: $0) ?? 0 })
    }
    return try Fitter.fit(
      points: points, form: form, uncertainty: .none,
      context: FitContext(
        inputs: [x], metric: y, points: table.rows.indices.map { "line \($0 + 2)" },
        columns: labels,
        words: .table))
  }

  @Test(arguments: [
    ("ckpt", "step", FitWarning.Code.dependentResiduals, "--cluster COLUMN"),
    ("mix", "n", .mixture, "--by COLUMN"),
    ("outlier", "n", .outlier, "line 13 (n = 1000000000, loss = 0.144)"),
    ("ushape", "n", .reversal, "--x-range"),
    ("broken", "n", .betterForm, "--form bnsl1"),
  ])
  func file_withOneFault_isWarnedOfWithTheRemedy(
    file: String, x: String, code: FitWarning.Code, remedy: String
  ) throws {
    for form: FitRequest.Form in [.power, .offset] {
      let fit = try fit(file, x, "loss", form)
      let found = fit.warnings.first { $0.code == code }
      #expect(found?.message.contains(remedy) == true, "\(form): \(fit.warnings)")
    }
  }

  /// The fit without the point, as the warning says it.
  @Test
  func outlier_effect_isThatOfTheFitWithoutIt() throws {
    let warnings = try fit("outlier", "n", "loss").warnings
    let warning = try #require(warnings.first)
    #expect(warning.message.contains("Without it c is 0.199 instead of 0.165"), "\(warning)")
  }

  /// Rows of a run that no column names bend like a wrong form; jobs of a sweep are runs of their own.
  @Test(arguments: [FitWords.table, .sweep("grid")])
  func bend_ofRowsWithoutReplicates_namesBothReadings(words: FitWords) throws {
    let xs = (0..<12).map { 1000 * pow(10, 0.3 * Double($0)) }
    let points = xs.enumerated().map { row, x in
      FitPoint(x: x, y: 0.3 + 30 * pow(x, -0.34) * (1 + 0.002 * Double(row % 3)), cluster: row)
    }
    func message(_ points: [FitPoint]) throws -> String {
      let fit = try Fitter.fit(
        points: points, form: .power, objective: .logLeastSquares, uncertainty: .asymptotic,
        context: FitContext(words: words))
      return try #require(fit.warnings.first { $0.code == .offsetIgnored }).message
    }
    #expect(try message(points).contains("--cluster COLUMN") == (words == .table))
    let twice = points.flatMap {
      [$0, FitPoint(x: $0.x, y: $0.y * 1.001, cluster: 50 + $0.cluster)]
    }
    #expect(try !message(twice).contains("--cluster COLUMN"))
  }

  /// What is advised of a sweep's fit are commands for that sweep.
  @Test
  func sweep_remedies_nameTheSweep() throws {
    let points = try Cases.table("ckpt.csv").points(["step"], "loss", cluster: "step")
    let fit = try Fitter.fit(
      points: points, uncertainty: .none, context: FitContext(words: .sweepFile("parity-7")))
    let warning = try #require(fit.warnings.first { $0.code == .dependentResiduals })
    for command in ["quanta fit parity-7 --compare", "quanta export parity-7 > runs.csv"] {
      #expect(warning.message.contains("`\(command)`"), "\(warning)")
    }
  }

  @Test
  func families_thatAColumnNames_areSplitByIt() throws {
    let warnings = try fit("mix", "n", "loss", columns: ["family"]).warnings
    #expect(warnings.map(\.code) == [.mixture])
    #expect(warnings[0].message.contains("--by family"), "\(warnings)")
  }

  @Test
  func runsThatNumberReplicates_areNoMatter() throws {
    #expect(try fit("runrep", "n", "loss", columns: ["run"]).warnings.isEmpty)
  }

  /// What a newcomer sees first: a law that its own points do not contradict, with theory's exponent.
  @Test
  func demo_powerLaw_isNotContradicted() throws {
    let table = try Cases.table("demo.csv")
    let (seed, points) = (
      try table.column("seed"), try table.points(["parameters"], "loss", cluster: "parameters")
    )
    let context = FitContext(
      columns: [
        FitContext.Column(name: "seed", values: table.rows.map { Int($0[seed]) ?? -1 })
      ], words: .sweep("demo"))
    let fit = try Fitter.fit(points: points, compares: true, context: context)
    #expect(fit.warnings.isEmpty)
    #expect(fit.comparison?.advised == nil)
    #expect(fit.exponent.ci95?.contains(0.4) == true, "\(fit.exponent)")
    let best = try #require(fit.comparison?.rows.first { $0.objection == nil })
    #expect(best.isFitted)
  }

  /// More points than are looked at one by one: the part of them is, and the exponent's interval of very
  /// many clusters is that of the linearised errors.
  @Test(arguments: [FitRequest.Form.power, .offset])
  func manyPoints_areFittedAndLookedAt(form: FitRequest.Form) throws {
    var noise = Noise(seed: 5)
    let points = (0..<24_001).map { place in
      let x = 1000 * pow(1e4, Double(place) / 24_000)
      let y = (form == .offset ? 0.4 : 0) + pow(x / 1000, -0.3)
      return FitPoint(
        x: x, y: y * exp(0.02 * noise.normal() + (place == 12_000 ? 0.5 : 0)), cluster: place)
    }
    let fit = try Fitter.fit(points: points, form: form, uncertainty: .bootstrap(resamples: 1000))
    #expect(fit.intervals == .scores && fit.replicates.count == 1000)
    #expect(fit.warnings.isEmpty || fit.warnings.map(\.code) == [.outlier], "\(fit.warnings)")
    let plain = try Fitter.fit(points: points, form: form, uncertainty: .asymptotic, selects: false)
    let (drawn, linear) = (fit.exponent.standardError ?? 0, plain.exponent.standardError ?? 0)
    #expect(abs(drawn / linear - 1) < 0.1, "\(drawn), \(linear)")
    #expect(abs(fit.exponent.value - 0.3) < 4 * linear)
  }

  /// Bounds, which residuals do not have, do not shift the names and columns of the points beside them.
  @Test
  func outlier_besideBounds_keepsItsName() throws {
    var points = try Cases.table("outlier.csv").points(["n"], "loss", cluster: "n")
    let names = ["a bound"] + points.indices.map { "line \($0 + 2)" }
    points.insert(FitPoint(x: points[0].x, y: 10, cluster: -1, isUpperBound: true), at: 0)
    let fit = try Fitter.fit(
      points: points, uncertainty: .none,
      context: FitContext(inputs: ["n"], metric: "loss", points: names, words: .table))
    let warning = try #require(fit.warnings.first { $0.code == .outlier })
    #expect(warning.message.contains("line 13 (n = 1000000000"), "\(warning)")
  }

  /// What is advised ends the warning: checkpoints whose run is named, or of which the last is kept.
  @Test
  func checkpoints_ofNamedRuns_areNoMatter() throws {
    let points = try Cases.table("ckpt.csv").points(["step"], "loss")
    let named = points.map { FitPoint(x: $0.x, y: $0.y, cluster: 0) }
    let fit = try Fitter.fit(points: named, uncertainty: .none)
    #expect(fit.warnings.isEmpty, "\(fit.warnings)")
  }

  /// Seeds that do the same at every scale, and clusters that hold them together already.
  @Test
  func sharedSeeds_asClusters_areNoMatter() throws {
    var noise = Noise(seed: 8)
    let sweep = FaultySweep.seeds(6, effect: 0.05, named: true).make(&noise)
    let warnings = try sweep.diagnoses()
    #expect(warnings.map(\.code) == [.sharedEffect])
    #expect(warnings.first?.message.contains("--cluster seed") == true)
    var mended = sweep
    mended.points = zip(sweep.points, sweep.seeds).map {
      FitPoint(x: $0.x, y: $0.y, cluster: $1)
    }
    #expect(try mended.diagnoses().isEmpty)
  }

  /// An exponent of the wrong sign is no advice, whatever AICc says.
  @Test
  func comparison_listsEveryForm_andAdvisesByBothCriteria() throws {
    let table = try Cases.table("broken.csv")
    let fit = try Fitter.fit(
      points: try table.points(["n"], "loss"), uncertainty: .none, compares: true)
    let comparison = try #require(fit.comparison)
    let forms = Set(comparison.rows.map(\.form) + comparison.leftOut.map(\.form))
    #expect(forms == Set(FitRequest.Form.allCases.filter { $0.inputCount == 1 }))
    #expect(comparison.rows.map(\.aicc) == comparison.rows.map(\.aicc).sorted())
    #expect(comparison.advised?.form == .bnsl1)
    #expect(comparison.rollOuts.count == 3)
    let own = try #require(comparison.rows.first { $0.isFitted })
    #expect(abs(own.aicc - (fit.selection?.aicc ?? .nan)) < 1e-9)
    #expect((own.heldOut ?? 0) > 0.2)
    for row in comparison.rows where row.exponent.value <= 0 && row.form == .quanta {
      #expect(row.objection == .wrongSign)
    }
  }
}
