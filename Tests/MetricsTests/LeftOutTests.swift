import Glibc
import Metrics
import Testing

/// Whatever a file of metrics holds that is not read is told of, by its line.
@Suite struct LeftOutTests {
  private func book(_ kind: MetricKind, _ text: String) throws -> MetricBook {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "log")
    var reader = MetricSource(kind: kind, path: path).reader(step: nil)
    return reader.book()
  }

  @Test func lineThatIsTooLong_isCalledSo() throws {
    let object = "{\"text\": \"\(String(repeating: "x", count: 1 << 20))\", \"loss\": 9}\n"
    let json = try book(.jsonLines, "{\"loss\": 1}\n\(object)no\n\(object){\"loss\": 2}\n")
    #expect(json["loss"]?.values == [1, 2])
    #expect(json.notes.count == 2 && json.notes[0].hasPrefix("Line 2 of "), "\(json.notes)")
    #expect(json.notes[0].contains("is longer than 1 MiB, the most that is read of a line"))
    #expect(json.notes[1].contains("Line 3 of ") && json.notes[1].contains("is no JSON object"))
    let cell = String(repeating: "x", count: 4 << 20)
    let csv = try book(.csv, "text,loss\na,1\n\(cell),2\nb,3\n")
    #expect(csv["loss"]?.values == [1, 3])
    #expect(csv.notes.first?.contains("Line 3 of ") == true, "\(csv.notes)")
    #expect(csv.notes.first?.contains("longer than 4 MiB") == true)
    let headless = try book(.csv, "\(cell),loss\n1,2\n")
    #expect(headless.series.isEmpty && headless.notes.first?.contains("Line 1 of ") == true)
  }

  /// The half of a number is none.
  @Test func outputLine_thatIsCut_givesNoHalfNumber() throws {
    var pattern = try OutputPattern(#"loss (?<loss>\d+) ?(?<acc>\d+)?"#, name: nil)
    var book = MetricBook()
    let long = "loss 12 3" + String(repeating: " ", count: (1 << 14) - 18) + "loss 12345\n"
    pattern.read(Array(long.utf8), into: &book, isFinal: true)
    #expect(book["loss"]?.values == [12] && book["acc"]?.values == [3])
  }

  @Test(arguments: ["\r", "\r\n", "\n"])
  func lines_mayEndAnyWay(end: String) throws {
    let csv = try book(.csv, "step,loss\(end)1,3\(end)2,oops\(end)3,2\(end)")
    #expect(csv.rows("loss") == [[1, 3], [3, 2]])
    #expect(csv.notes.first?.contains("Line 3 of ") == true, "\(csv.notes)")
    let json = try book(.jsonLines, "{\"loss\": 3}\(end)\(end){\"loss\": 2}\(end)no")
    #expect(json["loss"]?.values == [3, 2])
    #expect(json.notes.first?.contains("Line 4 of ") == true, "\(json.notes)")
  }

  /// A line's end may come in two blocks.
  @Test func lineEnd_acrossLooks_isOne() throws {
    let scratch = try Scratch()
    let path = try scratch.write("{\"loss\": 3}\r", to: "log")
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    var book = MetricBook()
    reader.read(into: &book, isFinal: false)
    #expect(book["loss"]?.values == [3])
    try scratch.write("\n{\"loss\": 2}\r\nno\n", to: "log", appending: true)
    reader.read(into: &book, isFinal: true)
    #expect(book["loss"]?.values == [3, 2])
    #expect(book.notes.first?.contains("Line 3 of ") == true, "\(book.notes)")
  }

  @Test func cells_amongNumbers_areTold_andTextsAreNot() throws {
    let csv = try book(
      .csv, "step,loss,note,acc\n1,oops,a,\n2,3,4,n/a\n3,2,b,-\nx,9,c,1\n4,nan,d,1\n")
    #expect(csv["loss"]?.steps == [2, 3, 4])
    #expect(csv.losses.count == 1 && csv.notes.count == 2, "\(csv.notes)")
    #expect(csv.notes[0].contains("Line 5 of ") && csv.notes[0].contains("\"x\" under step"))
    #expect(csv.notes[1].contains("Line 2 of ") && csv.notes[1].contains("\"oops\" under loss"))
    let twice = try book(.csv, "loss,acc,loss\n1,2,3\n")
    #expect(twice.notes.first?.contains("Two columns of ") == true, "\(twice.notes)")
    let single = try book(.csv, "loss\n1\noops\n2\n")
    #expect(single["loss"]?.values == [1, 2] && single.losses.count == 1, "\(single.notes)")
  }

  @Test func lineOfMLflow_thatIsNoMetric_isTold() throws {
    let scratch = try Scratch()
    try scratch.write("run_id: r\n", to: "a/meta.yaml")
    try scratch.write("1 0.5 1\n1 oops 2\n\n1 0.25 3\n", to: "a/metrics/loss")
    var reader = MetricSource(kind: .mlflowFolder, path: "\(scratch.path)/a").reader(step: nil)
    let book = reader.book()
    #expect(book.rows("loss") == [[1, 0.5], [3, 0.25]])
    #expect(book.losses.first?.hasPrefix("Line 2 of ") == true, "\(book.notes)")
  }

  @Test(arguments: [
    MetricKind.jsonLines, .csv, .trainerState, .wandb, .sacred, .mlflowFolder, .tensorboard,
  ])
  func pipe_inPlaceOfAFile_isNamed(kind: MetricKind) throws {
    let scratch = try Scratch()
    var path = "\(scratch.path)/a"
    var pipe = path
    switch kind {
    case .sacred: pipe += "/metrics.json"
    case .tensorboard: pipe += "/events.out.tfevents.1"
    case .mlflowFolder:
      try scratch.write("run_id: r\n", to: "a/meta.yaml")
      pipe += "/metrics/loss"
      try scratch.write("", to: "a/metrics/x")
    default: break
    }
    if kind == .sacred || kind == .tensorboard { try scratch.write("", to: "a/x") }
    try #require(mkfifo(pipe, 0o600) == 0)
    var reader = MetricSource(kind: kind, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book.notes.first?.contains("is a named pipe, no file") == true, "\(book.notes)")
    path += "-link"
    try scratch.link("/no/where", at: "a-link")
    guard kind == .jsonLines || kind == .csv else { return }
    var other = MetricSource(kind: kind, path: path).reader(step: nil)
    #expect(other.book().notes.first?.contains("is a link that leads nowhere") == true)
  }
}
