import Analysis
import Fitting
import SweepModel
import Testing

@testable import Reports

struct LatexTableTests {
  /// Exactly y = 2·x^-2.
  private func exactFit() throws -> Fit {
    let points = (1...4).map {
      FitPoint(x: Double($0), y: 2 / (Double($0) * Double($0)), cluster: $0)
    }
    return try Fitter.fit(points: points, uncertainty: .none)
  }

  @Test
  func table_specialCharacters_areEscapedToTheLetter() throws {
    let group = FitGroup(
      labels: [.init(name: "task", value: "50%_a&b")], points: [],
      outcome: .fitted(try exactFit()))
    let report = FitReport(
      source: "s", request: FitRequest(name: "alpha_N", x: "x", y: "loss.final"), groups: [group])
    let objective = RoundedEstimate(value: group.fit?.objectiveValue ?? 0).estimate
    #expect(
      LatexTable.text([report]) == """
        % needs \\usepackage{amsmath,booktabs}
        \\begin{tabular}{llll}
        \\toprule
        quantity & estimate $\\pm$ standard error & 95\\,\\% interval & theory \\\\
        \\midrule
        \\multicolumn{4}{l}{alpha\\_N, task=50\\%\\_a\\&b: $L = b\\,x^{-c}$} \\\\
        \\multicolumn{4}{l}{\\footnotesize $x$ = x, $L$ = loss.final} \\\\
        prefactor $b$ & $2.000$ & -- &  \\\\
        exponent $c$ & $2.000$ & -- &  \\\\
        \\addlinespace
        \\multicolumn{4}{l}{\\footnotesize objective log-ls $= \(objective)$, $n = 4$} \\\\
        \\bottomrule
        \\end{tabular}
        \\par\\smallskip
        {\\footnotesize no intervals were asked for.\\par}

        """)
  }

  @Test
  func table_gridWithHoles_saysSoAtTheExponentAndBelow() throws {
    let text = LatexTable.text([try SampleReports.report(SampleReports.records(holes: 3))])
    #expect(text.contains("(incomplete: 3 of 30 points missing) $c$ & $"))
    #expect(text.contains("$n = 27$; incomplete: 3 of 30 points missing"))
    #expect(text.contains(" & $0.4000$ ($\\alpha$) \\\\"))
    #expect(text.contains(" \\pm "))
  }

  @Test
  func table_bivariateFit_hasEveryParameterAndTheOptimalSizes() throws {
    let report = try SampleSurface.report()
    let text = LatexTable.text([report])
    for symbol in [
      "floor $E$", "prefactor $A$", "prefactor $B$", "exponent $\\alpha$", "exponent $\\beta$",
      "$a_{\\mathrm{opt}}$", "$b_{\\mathrm{opt}}$", "$G$",
      "$N_{\\mathrm{opt}}(5.76\\times 10^{23})$",
      "$D_{\\mathrm{opt}}/N_{\\mathrm{opt}}(5.76\\times 10^{23})$", "$L = E + A\\,N^{-\\alpha}",
      "$N$ = n, $D$ = d, $L$ = loss",
    ] { #expect(text.contains(symbol), "\(symbol)") }
    try expectBalanced(text)
  }

  @Test
  func table_everyFormWithHostileNames_isBalanced() throws {
    for form in FitRequest.Form.allCases {
      let further = Array(["}{$", "%&"].prefix(form.inputCount - 1))
      let request = FitRequest(
        name: "\\input{x}_^~", x: "#$", further: further, y: "a\nb", form: form)
      let report = FitReport(
        source: "s", request: request,
        groups: [FitGroup(points: [], outcome: .refused("100 % & {no}"))])
      let text = LatexTable.text([report])
      try expectBalanced(text)
      #expect(!text.contains("\\input"))
    }
  }

  /// As far as that can be checked without TeX: braces and dollars pair up in every row, rows have
  /// the columns of the table, and no character of TeX's own stands unescaped in text.
  private func expectBalanced(_ text: String) throws {
    let rows = text.split(separator: "\n").filter {
      $0.hasSuffix(" \\\\") || $0.hasPrefix("{\\footnotesize")
    }
    #expect(rows.count > 3)
    for row in rows {
      var (depth, lowest, isMath, columns) = (0, 0, false, 1)
      var characters = row.makeIterator()
      while let character = characters.next() {
        switch character {
        case "\\": _ = characters.next()
        case "{": depth += 1
        case "}":
          depth -= 1
          lowest = min(lowest, depth)
        case "$": isMath.toggle()
        case "&":
          #expect(!isMath && depth == 0)
          columns += 1
        case "^", "_": #expect(isMath, "\(row)")
        case "%", "#", "~": Issue.record("\(character) in \(row)")
        default: break
        }
      }
      #expect(depth == 0 && lowest == 0 && !isMath, "\(row)")
      let isWide = row.hasPrefix("\\multicolumn{4}") || row.hasPrefix("{")
      #expect(columns == (isWide ? 1 : 4), "\(row)")
    }
  }
}
