import SweepModel
import Testing

@testable import Findings

struct TerminalTextTests {
  @Test func escaped_steeringCharacters_areShownAndLineEndsStay() {
    let hostile = "a\u{1B}]0;title\u{07}b\u{9B}2Jc\u{7F}\rd\u{202E}e\u{2028}f\n\tg – é 表"
    #expect(
      TerminalText.escaped(hostile)
        == #"a\u001b]0;title\u0007b\u009b2Jc\u007f\u000dd\u202ee\u2028f"# + "\n\tg – é 表")
    #expect(TerminalText.escaped("plain") == "plain")
    #expect(TerminalText.escapedLine("first\nsecond\u{1B}") == #"first\nsecond\u001b"#)
  }

  @Test(arguments: [40, 60, 80, 200])
  func wrapped_anyWidth_breaksBetweenWordsAndLosesNone(width: Int) {
    let text =
      "  the percentiles of the bootstrap are those of 18 points; "
      + "`quanta resume live --store 'my store'` goes on where this ended, and nothing is lost"
    let lines = TerminalText.wrapped(text, width: width)
    #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
    #expect(lines.first?.hasPrefix("  the") == true)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") && !$0.hasPrefix("     ") })
    #expect(
      lines.joined(separator: " ").split(separator: " ") == text.split(separator: " "), "\(lines)")
    #expect(lines.contains { $0.contains("`quanta resume live --store 'my store'`") } || width < 44)
  }

  @Test func wrapped_wordLongerThanTheLine_staysWhole() {
    let word = String(repeating: "x", count: 50)
    #expect(
      TerminalText.wrapped("see \(word) there", width: 30) == ["see", "  " + word, "  there"])
  }

  @Test func table_narrowTerminal_breaksItsLastColumnOnly() {
    var table = TextTable(["JOB", "TRIES", "REASON"], numeric: [1])
    table.add(["3f2a91", "3", "failed on 2 different hosts; last: out of\nmemory \u{1B}[2J"])
    let lines = table.text(width: 40).split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.count <= 40 }, "\(lines)")
    #expect(lines[0] == "JOB     TRIES  REASON")
    #expect(lines[1] == "3f2a91      3  failed on 2 different")
    #expect(lines.dropFirst(2).allSatisfy { $0.hasPrefix(String(repeating: " ", count: 15)) })
    #expect(lines.joined().contains(#"of\nmemory \u001b[2J"#) || lines.count > 3, "\(lines)")
    #expect(table.text.split(separator: "\n").count == 2)
  }

  @Test func label_longReals_areFourDigitsUnlessThatConfusesThem() throws {
    func jobs(_ values: [Double]) throws -> [Job] {
      try values.map { value in
        Job(
          key: try #require(JobKey(hex: String(repeating: "0", count: 64))), workload: "w",
          parameters: Parameters([
            .init(name: "rate", value: .real(value)), .init(name: "seed", value: .integer(0)),
          ]))
      }
    }
    let far = try jobs([0.1310344827586207, 5.623413251903491e-05])
    let label = JobLabel(far, axes: ["rate", "seed"])
    #expect(far.map(label.text(of:)) == ["rate=0.131 seed=0", "rate=5.623e-05 seed=0"])
    let near = try jobs([0.123411, 0.123412])
    let other = JobLabel(near, axes: ["rate"])
    #expect(near.map(other.text(of:)) == ["rate=0.123411", "rate=0.123412"])
  }
}
