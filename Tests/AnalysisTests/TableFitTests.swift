import Analysis
import Fitting
import SweepModel
import Tables
import Testing

struct TableFitTests {
  static let text = """
    model,n,loss,note
    a,10,1.0,"says ""hi"", twice"
    a,20,0.5,"two
    lines"
    a,40,0.25,
    a,80,0.125,
    b,10,9,
    b,20,3,
    b,40,1,
    """

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test
  func table_quotedFields_areReadWithTheirPlaces() throws {
    let table = try Table(text: "\u{FEFF}" + Self.text + "\r\n", origin: "d.csv")
    #expect(table.header == ["model", "n", "loss", "note"])
    #expect(table.text(0, 3) == "says \"hi\", twice")
    #expect(table.text(1, 3) == "two\nlines")
    #expect(table.label(2) == "line 5")
    #expect(table.error(2, 1, "x").place == TableError.Place(line: 5, column: 3))
    #expect(table.rowCount == 7)
  }

  @Test
  func fit_filter_takesItsRowsOnly() throws {
    let table = try Table(text: Self.text, origin: "d.csv")
    let fit = TableFit(
      request: FitRequest(name: "c", x: "n", y: "loss"),
      filters: [.init(column: "model", value: "a")])
    let report = try fit.report(
      over: table, settings: FitSettings(uncertainty: .bootstrap(resamples: 100)))
    #expect(abs((report.groups[0].fit?.exponent.value ?? 0) - 1) < 1e-12)
    #expect(report.groups[0].fit?.clusterCount == 4)
    #expect(report.source == "d.csv")
  }

  @Test
  func fit_byColumn_splitsAndClusterColumnGroups() throws {
    let table = try Table(text: Self.text, origin: "d.csv")
    let fit = TableFit(
      request: FitRequest(name: "c", x: "n", y: "loss", by: ["model"]), cluster: "model")
    let report = try fit.report(over: table)
    #expect(report.groups.map(\.title) == ["model=a", "model=b"])
    #expect(report.groups[1].fit?.exponent.ci95 == nil)
  }

  @Test
  func errors_anyKind_nameLineColumnAndRemedy() {
    #expect(
      message { _ = try Table(bytes: Array("a,b\n1,".utf8) + [0xFF], origin: "d.csv") }
        == "d.csv:2:3: The text is not UTF-8. Save it as UTF-8.")
    #expect(
      message { _ = try Table(text: "a,b\n1,\"2", origin: "d.csv") }
        == "d.csv:2:3: This quote never closes. Close it, or double a quote within a field.")
    #expect(
      message { _ = try Table(text: "a,b\n1\n", origin: "d.csv") }
        == "d.csv:2:1: This row has 1 field and the header 2. Mend the row, or quote a field that holds the mark between "
        + "fields.")
    #expect(
      message { _ = try Table(text: "\n", origin: "d.csv") }
        == "d.csv:1:1: The file is empty. Was it written to the end?")
    let request = FitRequest(name: "c", x: "n", y: "los")
    #expect(
      message {
        _ = try TableFit(request: request).report(
          over: Table(text: Self.text, origin: "d.csv"))
      }
        == "d.csv:1:1: There is no column called los. Did you mean loss? "
        + "Known: model, n, loss, note.")
    #expect(
      message {
        _ = try TableFit(request: FitRequest(name: "c", x: "n", y: "loss")).report(
          over: Table(text: "n,loss\n1,2\n2,oops\n", origin: "d.csv"))
      }
        == "d.csv:3:3: Column loss has \"oops\", and a number was expected. Mend it; NA stands for a missing value."
    )
    #expect(
      message {
        _ = try TableFit(request: request, filters: [.init(column: "model", value: "aa")])
          .report(over: Table(text: "model,n,los\na,1,2\n", origin: "d.csv"))
      } == "d.csv:1:1: No row has model = aa. Did you mean a? Known: a.")
  }

  @Test
  func filter_text_isReadAsColumnAndValue() {
    #expect(RowCondition("task=a=b") == RowCondition(column: "task", value: "a=b"))
    #expect(RowCondition("lr <= 0.1") == RowCondition(column: "lr", .atMost, value: "0.1"))
    #expect(RowCondition("=b") == nil)
    #expect(RowCondition("task") == nil)
  }
}
