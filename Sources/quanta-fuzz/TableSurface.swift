import Analysis
import Fitting
import SweepModel
import Wire

/// CSV tables as `quanta fit data.csv` reads them, and now and then a fit over one.
struct TableSurface: Surface {
  static let name = "table"
  static let share = 200

  private let mutator: Mutator

  init(corpus: [[UInt8]]) {
    mutator = Mutator(
      corpus: corpus + Self.examples.map { Array($0.utf8) }, words: Self.words, limit: 8 << 10)
  }

  private static let examples = [
    "tokens,loss,model\n1e6,3.5,base\n1e7,3.1,base\n1e8,2.9,\"big, new\"\n1e9,2.8,\"a \"\"b\"\"\"\n",
    "\u{FEFF}x,y\r\n1,2\r\n\r\n2,1\r\n4,0.5\r\n8,0.25\r\n",
  ]

  private static let words = [
    ",", "\"", "\"\"", "\n", "\r\n", "\r", "nan", "inf", "-inf", "1e999", "1e-999", "0x1p4", " ",
    "\t", ";", "tokens", "-0", "\u{1F468}\u{200D}\u{1F469}", ",,,,", "nan(0x7)", "\"\n\"",
  ]

  func input(_ random: inout Random) -> [UInt8] { mutator.input(&random) }

  func check(_ input: [UInt8]) throws {
    do {
      let table = try CSVTable(bytes: input, origin: "t.csv")
      try require(
        table.rows.allSatisfy { $0.count == table.header.count }, "rows of unequal length")
      var checksum = CRC32()
      checksum.update(input[...])
      if checksum.value % 8 == 0 { try fit(table) }
    } catch let error as CSVError {
      try require(
        error.line >= 1 && error.line <= lineCount(input) && error.column >= 1
          && error.column <= input.count + 1 && !error.message.isEmpty && !error.origin.isEmpty,
        "an error without a place: \(error)")
    }
  }

  /// Every form and objective in turn, whatever the columns hold.
  private func fit(_ table: CSVTable) throws {
    let forms = FitRequest.Form.allCases
    let form = forms[table.rows.count % forms.count]
    let columns = (0...form.inputCount).map { table.header[min($0, table.header.count - 1)] }
    let objectives: [FitRequest.Objective] = [
      .logLeastSquares, .leastSquares, .huber(delta: 1e-3), .leastAbsolute,
    ]
    let request = FitRequest(
      name: "y ~ x", x: columns[0], further: Array(columns[1..<form.inputCount]),
      y: columns[form.inputCount], form: form,
      objective: objectives[table.header.count % objectives.count],
      by: table.header.count > 3 ? [table.header[3]] : [])
    _ = try TableFit(request: request).report(
      over: table, settings: FitSettings(uncertainty: .asymptotic, selects: true))
  }
}
