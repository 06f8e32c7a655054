import Analysis
import Fitting
import Foundation
import FoundationXML
import Reports
import SweepModel
import Testing

/// Figures of a given width, without a title, and of many groups.
struct FigureStyleTests {
  private static let column = FigureStyle(inches: 3.3, showsTitle: false)

  /// The extents of a drawing and the texts in it with their anchors and sizes.
  private func texts(_ svg: String) throws -> (width: Double, texts: [Text]) {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    #expect(parser.parse())
    return (reader.width, reader.texts)
  }

  private struct Text {
    var x: Double
    var anchor: String
    var size: Double
    var isRotated: Bool
    var text = ""

    /// Where it begins and ends, about, with half an em a letter.
    var extent: ClosedRange<Double> {
      let length = 0.5 * size * Double(text.count)
      let start = anchor == "start" ? x : anchor == "end" ? x - length : x - length / 2
      return start...(start + length)
    }
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var width = 0.0
    var texts: [Text] = []
    private var shifts: [Double] = []
    private var isText = false

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String] = [:]
    ) {
      if width == 0, let box = attributes["viewBox"]?.split(separator: " ") {
        width = Double(box[2]) ?? 0
      }
      if name == "g" {
        let digits = attributes["transform"]?.dropFirst("translate(".count).prefix { $0 != " " }
        shifts.append(digits.flatMap { Double($0) } ?? 0)
      }
      if name == "text" {
        isText = true
        texts.append(
          Text(
            x: (Double(attributes["x"] ?? "") ?? 0) + shifts.reduce(0, +),
            anchor: attributes["text-anchor"] ?? "start",
            size: Double(attributes["font-size"] ?? "") ?? 0,
            isRotated: attributes["transform"] != nil))
      }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if isText { texts[texts.count - 1].text += string }
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      if name == "g" { shifts.removeLast() }
      if name == "text" { isText = false }
    }
  }

  /// A plain fit with holes, one with a long name, one of groups, one of two inputs.
  private static let reports = Result {
    let long = FitRequest(
      name: "a_name_of_a_fit_that_goes_on_and_on_and_describes_everything_that_it_is_about",
      x: "parameters", y: "loss.final")
    let plain = try SampleReports.report(SampleReports.records(holes: 2), selects: true)
    return [
      plain, FitReport(source: plain.source, request: long, groups: plain.groups),
      try SampleReports.report(groups(7), by: ["alpha"], selects: true),
      try SampleSurface.report(selects: true),
    ]
  }

  private func figures(_ style: FigureStyle) throws -> [(name: String, figure: Figure)] {
    try Self.reports.get().flatMap { report in
      FitFigure.allCases.flatMap { $0.draw(report, limit: 2, style: style) }
    } + [
      ("emergence", EmergenceFigure.draw(SampleReports.emergence(), source: "s", style: style))
    ]
  }

  /// Every group with an exponent of 17 digits.
  private static func groups(_ count: Int) throws -> [JobRecord] {
    try (0..<count).flatMap { index in
      try SampleReports.records(
        alpha: 0.1 + Double(index) / 29 * 0.9, first: 100 * index)
    }
  }

  /// Seventeen of them, fitted once for all tests.
  private static let many = Result {
    try SampleReports.report(groups(17), by: ["alpha"], selects: true)
  }

  @Test(arguments: [FigureStyle.screen, column, FigureStyle(inches: 6.9)])
  func everyFigure_ofAnyWidth_keepsItsTextsInside(style: FigureStyle) throws {
    for (name, figure) in try figures(style) {
      let (width, texts) = try texts(figure.svg)
      for text in texts where !text.isRotated {
        #expect(
          text.extent.lowerBound > -6 && text.extent.upperBound < width + 6,
          "\(name): \(text.text) at \(text.extent) of \(width)")
        #expect(text.size >= 10, "\(name): \(text.text) is \(text.size) high")
      }
      if let inches = style.inches {
        #expect(figure.svg.contains(" width=\"\(inches)in\" height=\""), "\(name)")
        // Text of 12 units is 7 points high.
        #expect(abs(width - inches * 72 * 12 / 7) < 1, "\(name)")
      }
    }
  }

  @Test
  func titles_leftOut_leaveWarningsAndChoices() throws {
    let report = try SampleReports.report(SampleReports.records(holes: 2), selects: true)
    for (_, figure) in FitFigure.allCases.flatMap({ $0.draw(report, style: Self.column) }) {
      let texts = try texts(figure.svg).texts.map(\.text)
      #expect(texts.contains("incomplete: 2 of 30 points missing"))
      #expect(!texts.contains { $0.contains(report.request.name) || $0.contains("objective") })
    }
    let many = try SampleReports.report(Self.groups(5), by: ["alpha"])
    let pairs = FitFigure.pairs.draw(many, limit: 2, style: Self.column)
    #expect(pairs.count == 2)
    #expect(pairs.allSatisfy { $0.figure.svg.contains(">2 of 5 groups drawn</text>") })
  }

  @Test
  func manyGroups_areOneFigureOfAKindAndAFewOfEach() throws {
    let report = try Self.many.get()
    for kind in FitFigure.allCases {
      let drawn = kind.draw(report, limit: FitFigure.groupLimit)
      #expect(drawn.count == (kind == .pairs ? FitFigure.groupLimit : 1), "\(kind)")
      for (name, figure) in drawn {
        #expect(name.count < 20 && figure.svg.utf8.count < 400_000, "\(name)")
        let height = figure.svg.split(separator: " ").first { $0.hasPrefix("height=") }
        #expect((height?.count ?? 0) <= "height=\"999.99\"".count, "\(name): \(height ?? "")")
        #expect(
          kind == .exponents || figure.svg.contains(" of 17 groups "),
          "\(name) says what it leaves out")
      }
    }
    #expect(FitFigure.pairs.draw(report).count == 17)
  }

  @Test
  func notesOfManyGroups_standInTheTextOnce() throws {
    let report = try Self.many.get()
    let refused = FitReport(
      source: report.source, request: report.request,
      groups: report.groups.map {
        FitGroup(
          labels: $0.labels, points: [], outcome: .refused("Too few."),
          completeness: $0.completeness
        )
      })
    let text = FitTable.text(refused)
    #expect(text.contains("\n  all 17 groups: no fit. Too few.\n"))
    #expect(text.split(separator: "\n").count == 20, "\(text)")
    let html = HTMLReport(
      sweep: "s", generated: "", fits: [report], figures: [], jobs: try Self.groups(17),
      axes: ["alpha", "width", "seed"], source: SweepSource(origin: "o", text: "")
    ).html
    #expect(html.ranges(of: "Points of ").count == 1 && html.contains("Points of every group: all"))
    #expect(html.ranges(of: "<dt>alpha=").count == 17)
    #expect(!html.contains("0.13103448275"), "four digits")
  }

  @Test
  func csv_ofGroups_keepsEveryDigit() throws {
    let report = try SampleReports.report(Self.groups(2), by: ["alpha"])
    #expect(report.groups[1].title == "alpha=0.131")
    #expect(FitExport.parameters([report]).contains(",alpha=0.1310344827586207,"))
  }

  @Test
  func scaling_bandAndTheory_areInsideTheFrame() throws {
    let report = try SampleReports.report(SampleReports.records())
    let svg = ScalingFigure.draw(report).svg
    let fit = try #require(report.groups[0].fit)
    let ends = [fit.xRange.lowerBound, fit.xRange.upperBound]
    let bands = fit.bands(at: ends.map { [$0] })
    #expect(bands.count == 2)
    // Every path within the clipping rectangle of the plot.
    let box = try #require(svg.split(separator: "<svg x=\"76\" y=\"").dropFirst().first)
    let top = try #require(Double(box.prefix { $0 != "\"" }))
    for path in box.components(separatedBy: "d=\"M").dropFirst() {
      let places = path.prefix { $0 != "\"" }.split(whereSeparator: { "LZ".contains($0) })
      for place in places {
        let y = try #require(Double(place.split(separator: " ")[1]))
        #expect(y >= top - 0.5 && y <= top + 340.5, "\(y)")
      }
    }
  }
}
