import Analysis
import Basics
import Fitting
import SweepModel
import Tables
import Wire

/// Tables as `quanta fit FILE` reads them: delimited text, JSON, NumPy's arrays and archives, gzip, and now and then a fit over one.
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
    "# tokens loss\n1e6 3.5\n1e7 \u{2212}3.1\n",
    "sep=;\ntokens;loss\n1,5;2,5\n70M;NA\n",
    "{\"n\": 1, \"m\": {\"k\": \"\\u00e9\"}}\n{\"n\": null, \"l\": [1]}\n",
    "C=6*n^2/(1+log10(`a b`))\nlr!=1e-3,2\n",
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
    "\t", ";", "tokens", "-0", "#", "# ", "NA", "\u{2212}", "1.3B",
    "{", "}", "[", "]", ":", "\\u", "\\", "sep=", "descr", "(", ")", "^", "`",
    "\u{1F468}\u{200D}\u{1F469}", ",,,,", "nan(0x7)", "\"\n\"",
  ]

  func input(_ random: inout Random) -> [UInt8] { mutator.input(&random) }

  func check(_ input: [UInt8]) throws {
    do {
      try checkWords(input)
      let table = try Table(bytes: input, origin: "t.csv")
      for row in 0..<min(table.rowCount, 100) {
        for column in table.header.indices {
          _ = table.text(row, column)
          _ = table.error(row, column, "").description
        }
      }
      let checksum = CRC32(input[...])
      if checksum.value % 8 == 0 { try fit(table, choice: Int(checksum.value >> 3)) }
    } catch let error as TableError {
      let place = error.place ?? TableError.Place(line: 1, column: 1)
      // Of packed content places are in what it unpacks to.
      let isPacked = input.starts(with: [0x1F, 0x8B])
      try require(
        place.line >= 1 && place.column >= 1 && !error.message.isEmpty && !error.origin.isEmpty
          && (isPacked || place.line <= lineCount(input) && place.column <= input.count + 1),
        "an error without a place: \(error)")
    }
  }

  /// The first line as a formula and as a condition on a small table.
  private func checkWords(_ input: [UInt8]) throws {
    guard var table = try? Table(text: "n,a b\n1,x\n2.5,3\n", origin: "t") else { return }
    let line = String(decoding: input.prefix { $0 != 10 }.prefix(400), as: UTF8.self)
    try? ColumnFormula(line).add(to: &table)
    if let condition = RowCondition(line) { _ = try? condition.rows(of: table, among: [0, 1]) }
  }

  /// Any form and objective, whatever the columns hold; y is the last one that is there.
  private func fit(_ table: Table, choice: Int) throws {
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
