import Analysis
import Fitting
import Foundation
import Reports
import SweepModel
import Tables
import Testing

/// What is printed about fits as JSON is what the published schema says.
@Suite struct FitSchemaTests {
  private let validator: SchemaValidator

  init() throws { validator = try SchemaValidator(FitSchema.text) }

  private struct Document: Encodable {
    let value: any Encodable
    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
  }

  private func expectValid(_ documents: [any Encodable], _ what: String, isList: Bool = false)
    throws
  {
    let encoded = try documents.map { document in
      String(decoding: try JSONEncoder().encode(Document(value: document)), as: UTF8.self)
    }
    let texts = isList ? ["[\(encoded.joined(separator: ","))]"] : encoded
    for text in texts {
      #expect(try validator.problems(text) == [], "\(what): \(text.prefix(1000))")
    }
  }

  private static let asymptotic = FitSettings(
    uncertainty: .asymptotic, selects: true, speaker: .commandLine)

  /// Rows of an L(N, D) law, a little off it, at sizes × places; with groups, runs and budgets.
  private static func rows(_ sizes: Int, _ places: Int) throws -> Table {
    var rows = ["n,d,u,loss,g,run,w,c,bound"]
    for size in 0..<sizes {
      for place in 0..<places {
        let (n, d) = (1e7 * pow(3, Double(size)), 1e9 * pow(3, Double(place)))
        let off = 1 + 0.003 * sin(Double(7 * size + 3 * place))
        let loss = (1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)) * off
        rows.append(
          "\(n),\(d),\(d / 3),\(loss),\(place % 2),\(size),\(1 + place % 3),\(6 * n * d),"
            + "\(size == 0 && place == 0 ? 1 : 0)")
      }
    }
    return try Table(text: rows.joined(separator: "\n"), origin: "runs.csv")
  }

  @Test func schema_everyKeyword_isKnownAndEveryObjectClosed() throws {
    try validator.checkSchema()
  }

  /// A validator that passes everything would hold nothing.
  @Test func document_withAFieldMoreOrLess_isRefused() throws {
    let report = try TableFit(request: FitRequest(name: "f", x: "n", y: "loss")).report(
      over: Self.rows(5, 1), settings: Self.asymptotic)
    let text = String(
      decoding: try JSONEncoder().encode(Document(value: report.document)), as: UTF8.self)
    #expect(try validator.problems(text) == [])
    for (old, new) in [
      ("{\"", "{\"extra\":1,\""), ("\"kind\":\"fit\"", "\"kind\":\"prediction\""),
      ("\"converged\":true", "\"converged\":1"), ("\"identified\":true", "\"identified\":null"),
    ] {
      let range = try #require(text.range(of: old), "\(old)")
      #expect(try !validator.problems(text.replacingCharacters(in: range, with: new)).isEmpty)
    }
  }

  /// Lines of `fit --by … --output FILE.jsonl`: fitted, with an open parameter, and refused.
  @Test func rows_ofManyGroups_areLinesOfTheSchema() throws {
    let table = try Table(
      text: "n,loss,g\n1,9,a\n2,7,a\n4,6,a\n8,5.5,a\n1,9,b\n2,8,b\n1,1,c\n2,1,c\n4,1,c\n8,1,c\n",
      origin: "runs.csv")
    let request = FitRequest(name: "f", x: "n", y: "loss", by: ["g"])
    let report = try TableFit(request: request).report(over: table, settings: Self.asymptotic)
    let lines = report.groups.map(GroupRows(request).json)
    #expect(lines.count == 3 && lines[1].contains("refused"))
    for line in lines { #expect(try validator.problems(line) == [], "\(line)") }
  }

  @Test(arguments: FitRequest.Form.allCases)
  func fit_ofEveryForm_isValid(form: FitRequest.Form) throws {
    let table = try Self.rows(6, form.inputCount == 1 ? 2 : 4)
    let request = FitRequest(
      name: "f", x: "n", further: Array(["d", "u"].prefix(form.inputCount - 1)), y: "loss",
      form: form)
    let report = try TableFit(request: request, weights: .column("w")).report(
      over: table, settings: Self.asymptotic)
    try expectValid([report.document], form.rawValue)
    try expectValid(report.documents, form.rawValue, isList: true)
  }

  @Test func fit_ofEveryKind_isValid() throws {
    let bootstrap = FitSettings(
      uncertainty: .bootstrap(resamples: 100, seed: 1), selects: true, profiles: true,
      compares: true, speaker: .commandLine)
    let table = try Self.rows(8, 4)
    let cases: [(String, TableFit)] = [
      ("compared", TableFit(request: FitRequest(name: "f", x: "n", y: "loss"), cluster: "run")),
      (
        "groups, one bound",
        TableFit(
          request: FitRequest(name: "f", x: "n", y: "loss", by: ["g"], xRange: 1e7...1e10),
          filters: [RowCondition(column: "d", .atMost, value: "1e10")], censored: "bound")
      ),
      (
        "held",
        TableFit(
          request: FitRequest(
            name: "f", x: "n", y: "loss", form: .offset, held: ["E": 1.5],
            objective: .huber(delta: 1e-3)), strata: "g")
      ),
      (
        "refused",
        TableFit(
          request: FitRequest(name: "f", x: "n", y: "loss"),
          filters: [RowCondition(column: "run", value: "0,1")])
      ),
    ]
    for (what, fit) in cases {
      try expectValid([fit.report(over: table, settings: bootstrap).document], what)
    }
    // Two sizes leave alpha open: null ends, and no value of the data's.
    let open = try TableFit(
      request: FitRequest(name: "f", x: "n", further: ["d"], y: "loss", form: .chinchilla)
    ).report(over: Self.rows(2, 5), settings: bootstrap)
    #expect(open.groups[0].fit?.isIdentified == false)
    try expectValid([open.document], "not identified")
  }

  @Test func fit_ofASweepWithHoles_isValid() throws {
    var records = SyntheticSweep.records()
    records[4] = SyntheticSweep.changed(records[4], state: .running)
    let report = try FitAnalysis(
      sweep: "s", axes: SyntheticSweep.axes, settings: Self.asymptotic,
      theory: SyntheticSweep.theory,
      curve: { _, _ in nil }
    ).report(
      FitRequest(name: "alpha", x: "parameters", y: "loss.final"), records: records)
    try expectValid(report.documents, "sweep", isList: true)
  }

  @Test func predictions_ofEveryKind_areValid() throws {
    for sizes in [2, 5] {
      let report = try TableFit(
        request: FitRequest(name: "f", x: "n", further: ["d"], y: "loss", form: .chinchilla)
      ).report(
        over: Self.rows(sizes, 5),
        settings: FitSettings(
          uncertainty: .bootstrap(resamples: 100, seed: 1)))
      let places = try ["n=7B,d=1e12", "C=1e24"].map { try AskedPlace(parsing: $0) }
      try expectValid(
        try PredictionReport(report, at: places).documents, "\(sizes) sizes", isList: true)
    }
  }

  @Test func studies_withAndWithoutAnAnswer_areValid() throws {
    let frontier = FrontierStudy(sizes: ["n", "d"], y: "loss", run: "run", budgets: [1e22])
    for places in [2, 6] {
      try expectValid(
        [frontier.report(over: Self.rows(6, places), resamples: 100).document], "\(places) places")
    }
    var rows = ["n,lr,loss,bpb,acc,c"]
    for size in 0..<7 {
      for step in -2...2 {
        let n = pow(10, Double(size + 6))
        let lr = 1e-3 * pow(n / 1e8, -0.35) * pow(2, Double(step))
        let loss =
          2 + 5 * pow(n, -0.1) + 0.02 * Double(step * step) + 1e-4 * Double((size * step) % 3)
        let bpb = 0.5 + 20 * pow(n, -0.25) + 1e-3 * Double(step)
        rows.append(
          "\(n),\(lr),\(loss),\(bpb),\(0.25 + 0.7 / (1 + exp(9 * (bpb - 0.72)))),\(1e18 * Double(size + 1))"
        )
      }
    }
    let table = try Table(text: rows.joined(separator: "\n"), origin: "lr.csv")
    let minima = MinimumStudy(scales: ["n"], settings: ["lr"], y: "loss", places: [[1e12]])
    try expectValid([minima.report(over: table, resamples: 100).document], "optimum")
    let steps = DownstreamStudy(
      inputs: ["n"], loss: "bpb", accuracy: "acc", form: .power, chance: 0.25, heldOut: 1,
      places: [[1e12]])
    try expectValid([steps.report(over: table, resamples: 100).document], "downstream")
    for sizes in [["n"], ["n", "lr"]] {
      let report = try IsoFlopFit(
        budget: "n", sizes: ["lr"] + sizes.dropFirst(), y: "loss", predicted: [1e24]
      ).report(over: table, resamples: 100)
      try expectValid([report.document], "isoflop")
    }
    let split = try IsoFlopFit(budget: "n", sizes: ["lr"], y: "loss", by: ["c"]).report(
      over: table, resamples: 100)
    #expect(split.groups.allSatisfy { $0.frontiers == nil })
    try expectValid([split.document], "isoflop, refused")
    for kind in ["optimum", "downstream"] {
      try expectValid(
        [RefusedStudy(kind: kind, source: "f", form: "x", y: "y", refused: "No.")], kind)
    }
  }
}
