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
    sizes,
  ]

  /// Rows enough for every form.
  private static let sizes =
    "n,d,u,loss\n"
    + (0..<20).map { row in
      let (n, d) = (1 << (row % 5), 1 << (row / 5))
      return "\(n)e6,\(d)e7,\(d)e6,0.\(95 - 4 * (row % 5) - 7 * (row / 5))\n"
    }.joined()

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
      if checksum.value % 8 == 0 { try fit(table, choice: Int(checksum.value >> 3)) }
    } catch let error as CSVError {
      try require(
        error.line >= 1 && error.line <= lineCount(input) && error.column >= 1
          && error.column <= input.count + 1 && !error.message.isEmpty && !error.origin.isEmpty,
        "an error without a place: \(error)")
    }
  }

  /// Any form and objective, whatever the columns hold; y is the last one that is there.
  private func fit(_ table: CSVTable, choice: Int) throws {
    let forms = FitRequest.Form.allCases
    let form = forms[choice % forms.count]
    let columns =
      (0..<form.inputCount).map { table.header[min($0, table.header.count - 1)] }
      + [table.header[table.header.count - 1]]
    let objectives: [FitRequest.Objective] = [
      .logLeastSquares, .leastSquares, .huber(delta: 1e-3), .leastAbsolute,
    ]
    let request = FitRequest(
      name: "y ~ x", x: columns[0], further: Array(columns[1..<form.inputCount]),
      y: columns[form.inputCount], form: form,
      objective: objectives[choice / forms.count % objectives.count],
      by: table.header.count == 3 ? [table.header[1]] : [])
    _ = try TableFit(request: request).report(
      over: table, settings: FitSettings(uncertainty: .asymptotic, selects: true))
  }
}
