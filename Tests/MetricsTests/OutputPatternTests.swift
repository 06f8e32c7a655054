import Testing

@testable import Metrics

@Suite struct OutputPatternTests {
  private func book(
    _ pattern: String, name: String? = nil, _ output: String..., isFinal: Bool = true
  ) throws -> MetricBook {
    var pattern = try OutputPattern(pattern, name: name)
    var book = MetricBook()
    for (number, part) in output.enumerated() {
      let isLast = number == output.count - 1
      pattern.read(Array(part.utf8), into: &book, isFinal: isFinal && isLast)
    }
    return book
  }

  @Test func namedGroups_areMetricsAndSteps() throws {
    let book = try book(
      #"step (?<step>\d+).*loss[=:]\s*(?P<loss>\S+?)(, acc (?<val/acc>[\d.]+)%)?$"#,
      "start\nstep 10 of 50 loss: 0.5\nstep 20 of 50 loss=1e-3, acc 12.5%\nstep 30 of 50 ",
      "loss=nan\nstep 40 of 50 loss=-inf")
    #expect(book["loss"]?.steps == [10, 20, 30, 40])
    #expect(book["loss"]?.values[2].isNaN == true)
    #expect(book["loss"]?.values[3] == -.infinity)
    #expect(book.rows("val/acc") == [[20, 12.5]])
  }

  @Test func aNameBesideThePattern_isThatOfItsGroup() throws {
    let book = try book(#"loss=([-+0-9.eE]+)"#, name: "loss", "loss=3 loss=2\nloss=+1.5e0\nloss=\n")
    #expect(book.rows("loss") == [[0, 3], [1, 2], [2, 1.5]])
  }

  @Test func pairs_areNamesAndValues() throws {
    let katib = #"([\w|-]+)\s*=\s*([+-]?\d*(?:\.\d+)?(?:[Ee][+-]?\d+)?)"#
    let book = try book(katib, "epoch=3 loss=0.5 val-acc = .25 empty=\n")
    #expect(book.rows("loss") == [[3, 0.5]])
    #expect(book.rows("val-acc") == [[3, 0.25]])
    #expect(book["empty"] == nil)
    let named = try self.book(#"(?<name>\w+): (?<value>\S+)"#, "a: 1, b: true\n")
    #expect(named.rows("b") == [[0, 1]])
    #expect(named["a"] == nil, "the comma belongs to the value")
  }

  @Test func progressBars_escapesAndPieces_areLines() throws {
    let bar = #"(?<step>\d+)/\d+ .*loss=(?<loss>[\d.]+)"#
    let text =
      "\r  0%|   | 1/10 [00:01, loss=0.9]\r\u{1B}[32m 10%|#  | 2/10\u{1B}[0m [00:02, loss=0.8]"
      + "\u{1B}]0;title loss=7\u{7}\r 10%|#  | 2/10 [00:02, loss=0.\u{1B}[1m75]\n"
    let whole = try book(bar, text)
    #expect(whole.rows("loss") == [[1, 0.9], [2, 0.75]])
    var pieces = try OutputPattern(bar, name: nil)
    var book = MetricBook()
    for byte in text.utf8 { pieces.read([byte], into: &book, isFinal: false) }
    #expect(book == whole)
  }

  @Test func longLines_areCut() throws {
    let line = "loss=1 " + String(repeating: "x", count: 10 << 20) + " loss=2\nloss=3\n"
    let book = try book("loss=(.)", name: "loss", line)
    #expect(book["loss"]?.values == [1, 3])
  }

  @Test func aLastLineWithoutItsEnd_countsAtTheEnd() throws {
    #expect(try book("loss=(.)", name: "loss", "loss=1", isFinal: false).series.isEmpty)
    #expect(try book("loss=(.)", name: "loss", "loss=1").rows("loss") == [[0, 1]])
  }

  @Test(arguments: [
    ("(", "never closes"), ("a)", "closes nothing"), ("[a", "never closes"),
    ("*", "nothing to repeat"),
    ("a{3", "a count"), ("a{5,2}", "a count"), ("\\", "nothing follows"),
    ("(?=a)", "looking ahead"),
    ("(?<n", "a name"), ("\\1", "not known"), ("\\p{L}", "not known"), ("[é]", "ASCII"),
    ("(?s)a", "only (?:"), ("^*", "nothing to repeat"), ("((a{1000}){1000})", "too large"),
    ("[z-a]", "backwards"), ("loss", "no metric"), ("(?<step>.)", "no metric"),
    ("a\\nb(.)", "end of a line"),
  ])
  func patterns_thatCannotBeUsed_areRefusedInWords(_ pattern: String, _ words: String) {
    let error = #expect(throws: OutputPatternError.self) {
      try OutputPattern(pattern, name: pattern.contains("\\n") ? "x" : nil)
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func patterns_thatTakeOthersForever_endSoon() throws {
    let line = String(repeating: "a", count: 16000) + "b"
    for pattern in ["(a+)+$", "(a|a)*$", "(a*)*(b?c)", "(a?){50}a{50}(x)"] {
      #expect(try book(pattern, name: "x", line + "\n").series.isEmpty)
    }
  }

  /// What Python's `re` finds for these.
  @Test(arguments: [
    (#"a|ab(c|bcd)(d*)"#, "abcd", "0-1 nil nil"), (#"(a*?)b"#, "aab", "0-3 0-2"),
    (#"(\w+)\b(.*)"#, "ab cd", "0-5 0-2 2-5"), (#"(a|ab)(c|bcd)?"#, "abcd", "0-4 0-1 1-4"),
    (#"(?i)LoSS[: ]{1,2}(\S+)"#, "the loss: 3", "4-11 10-11"), (#"^x"#, "ax", ""),
    (#"x$"#, "xax", "2-3"), (#"[^a-c\d]+"#, "a1xyzb", "2-5"), (#"a{2,3}?"#, "aaaa", "0-2 2-4"),
    (#"ü+"#, "aüü", "1-3"), (#"[]a]+"#, "x]a", "1-3"), (#"[a-]+"#, "-a-b", "0-3"),
    (#"\Bb"#, "b ab", "3-4"),
    (#"(x)?"#, "ax", "0-0 nil 1-2 1-2 2-2 nil"), (#"(?:)(y)|z"#, "zy", "0-1 nil 1-2 1-2"),
  ])
  func matches_areThoseOfOtherEngines(_ pattern: String, _ line: String, _ expected: String) throws
  {
    let pattern = try LinePattern(pattern)
    let found = pattern.matches(in: Array(line.utf8)[...]).flatMap { $0 }.map { range in
      range.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "nil"
    }
    // Places in characters, as the texts above have them.
    let places = line.utf8.count == line.count ? expected : "1-5"
    #expect(found.joined(separator: " ") == places)
  }
}
