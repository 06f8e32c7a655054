import Foundation
import Metrics
import Posix
import Testing

/// JSON lines and CSV while they grow, are cut off and written anew.
@Suite struct LineFileTests {
  @Test func jsonLines_whileTheyGrow_areReadOnce() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/metrics.jsonl"
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    var book = MetricBook()
    reader.read(into: &book, isFinal: false)
    #expect(book.series.isEmpty)
    try scratch.write("{\"step\": 100, \"loss\": 1.5}\n{\"step\": 200, \"lo", to: "metrics.jsonl")
    reader.read(into: &book, isFinal: false)
    #expect(book.rows("loss") == [[100, 1.5]])
    try scratch.write(
      "ss\": 1.25, \"test\": {\"acc\": true, \"tag\": \"x\", \"list\": [1]}}\n\n",
      to: "metrics.jsonl",
      appending: true)
    reader.read(into: &book, isFinal: false)
    reader.read(into: &book, isFinal: false)
    #expect(book.rows("loss") == [[100, 1.5], [200, 1.25]])
    #expect(book.rows("test.acc") == [[200, 1]])
    try scratch.write("{\"step\": 300, \"loss\": NaN}", to: "metrics.jsonl", appending: true)
    reader.read(into: &book, isFinal: false)
    #expect(book["loss"]?.steps == [100, 200])
    reader.read(into: &book, isFinal: true)
    #expect(book["loss"]?.steps == [100, 200, 300])
    #expect(book["loss"]?.values.last?.isNaN == true)
    #expect(book.series.map(\.name) == ["loss", "test.acc"])
    #expect(book.notes == [])
  }

  @Test func jsonLines_writtenAnewOrReplaced_areReadAnew() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      (0..<50).map { "{\"loss\": \($0), \"old\": 1}\n" }.joined(), to: "a.jsonl")
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    var book = MetricBook()
    reader.read(into: &book, isFinal: false)
    #expect(book["loss"]?.steps.count == 50)
    // Shorter.
    try scratch.write("{\"loss\": 7}\n", to: "a.jsonl")
    reader.read(into: &book, isFinal: false)
    #expect(book.rows("loss") == [[0, 7]])
    #expect(book["old"] == nil)
    // Longer, with another content.
    try scratch.write((0..<60).map { "{\"loss\": \(-$0)}\n" }.joined(), to: "a.jsonl")
    reader.read(into: &book, isFinal: false)
    #expect(book["loss"]?.values == (0..<60).map { -Double($0) })
    // The same again with more, as programs do that write everything each time.
    try scratch.write((0..<70).map { "{\"loss\": \(-$0)}\n" }.joined(), to: "a.jsonl")
    reader.read(into: &book, isFinal: true)
    #expect(book["loss"]?.values == (0..<70).map { -Double($0) })
    #expect(book.notes == [])
  }

  @Test func jsonLines_afterAResume_goOnFromTheCheckpoint() throws {
    let scratch = try Scratch()
    let lines = { (steps: Range<Int>, value: Int) in
      steps.map { "{\"step\": \($0), \"loss\": \(value)}\n" }.joined()
    }
    let path = try scratch.write(lines(0..<10, 1) + lines(5..<8, 2), to: "a.jsonl")
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book["loss"]?.steps == Array(0..<8))
    #expect(book["loss"]?.values == [1, 1, 1, 1, 1, 2, 2, 2])
  }

  @Test func jsonLines_thatAreDamaged_areLeftOutWithOneNote() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "{\"loss\": 1}\nstarting…\n[1, 2]\n{\"loss\": 2\n\u{0}\u{0}\n{\"loss\": 3}\n{\"lo",
      to: "a.jsonl")
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book["loss"]?.values == [1, 3])
    #expect(book.notes.count == 1 && book.notes[0].contains("Line 2 of \(path)"))
  }

  @Test func step_isTheLikeliestMember_orTheOneNamed() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "{\"epoch\": 0, \"trainer/global_step\": 10, \"loss\": 1}\n"
        + "{\"epoch\": 1, \"trainer/global_step\": 20, \"loss\": 2}\n", to: "a.jsonl")
    var likely = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    #expect(likely.book().rows("loss") == [[10, 1], [20, 2]])
    #expect(likely.book().series.isEmpty)
    var named = MetricSource(kind: .jsonLines, path: path).reader(step: "Epoch")
    #expect(named.book().rows("loss") == [[0, 1], [1, 2]])
    try scratch.write(
      (1...4).map { "{\"epoch\": \(Double($0) / 2), \"loss\": \($0)}\n" }.joined(), to: "a.jsonl")
    var fractions = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    let book = fractions.book()
    #expect(book.rows("loss") == [[0, 1], [1, 2], [2, 3], [3, 4]])
    #expect(book["epoch"]?.values == [0.5, 1, 1.5, 2])
    #expect(
      book.notes.count == 1 && book.notes[0].contains("epoch\u{201D} holds numbers that are not"))
  }

  /// A table below another in one file has its own names.
  @Test func headerWithOtherNames_beginsAnotherTable() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "step,loss\n0,3\n1,2\n\nstep,acc\n0,0.1\n1,0.2\nstep,nan\n", to: "a.csv")
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book.rows("loss") == [[0, 3], [1, 2]] && book.rows("acc") == [[0, 0.1], [1, 0.2]])
  }

  /// Numbers that are written as texts are numbers, as in tables.
  @Test func numbersInTexts_areRead() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "{\"step\": \"100\", \"acc\": \"0.25\", \"note\": \"x\"}\n{\"step\": \"200\", \"acc\": \"nan\"}\n",
      to: "a.jsonl")
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book.series.map(\.name) == ["acc"] && book["acc"]?.steps == [100, 200])
    #expect(book["acc"]?.values[0] == 0.25 && book["acc"]?.values[1].isNaN == true)
  }

  @Test func tableInUTF16_isNotRead_andSaysSo() throws {
    let scratch = try Scratch()
    let path = try scratch.write("", to: "a.csv")
    let text = try #require("step,loss\n0,3\n1,2\n".data(using: .utf16))
    try text.write(to: URL(fileURLWithPath: path))
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book.series.isEmpty && book.losses.count == 1)
    #expect(book.notes.first?.contains("no text in UTF-8") == true, "\(book.notes)")
  }

  /// Rows are counted on from the last step where steps become fractions.
  @Test(arguments: ["step,loss\n10,9\n10.5,8\n11,7\n", "epoch,loss\n1,9\n1.5,8\n2,7\n"])
  func stepsThatBecomeFractions_loseNoRow(_ text: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "a.csv")
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    let loss = try #require(reader.book()["loss"])
    #expect(loss.values == [9, 8, 7] && loss.greatest?.value == 9)
  }

  /// A table begins with names: in a comment, as NumPy writes them, or not at all.
  @Test func rowsWithoutNames_areNotRead_butThoseBelowAComment() throws {
    let scratch = try Scratch()
    let path = try scratch.write("# step,loss\n0,1.5\n1,0.5\n", to: "a.csv")
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    #expect(reader.book().rows("loss") == [[0, 1.5], [1, 0.5]])
    for text in ["0,1.5\n1,0.5\n", "# made by x\n0,1.5\n1,0.5\n"] {
      let bare = try scratch.write(text, to: "b.csv")
      var reader = MetricSource(kind: .csv, path: bare).reader(step: nil)
      let book = reader.book()
      #expect(book.series.isEmpty && book.losses.count == 1, "\(text)")
    }
  }

  /// A file that is written anew in the same length is read anew.
  @Test func fileWrittenAnewInPlace_isReadAnew() throws {
    let scratch = try Scratch()
    let rows = (0..<400).map { "\($0),1.0\n" }
    let path = try scratch.write("step,loss\n" + rows.joined(), to: "a.csv")
    FolderArchive.age(path)
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    var book = MetricBook()
    reader.read(into: &book, isFinal: false)
    #expect(book["loss"]?.greatest?.value == 1)
    let changed = (0..<400).map { (100..<300).contains($0) ? "\($0),9.0\n" : "\($0),1.0\n" }
    try scratch.write("step,loss\n" + changed.joined(), to: "a.csv")
    reader.read(into: &book, isFinal: true)
    #expect(book["loss"]?.greatest?.value == 9 && book["loss"]?.steps.count == 400)
  }

  /// What is put elsewhere than where it stands is said.
  @Test(arguments: [
    (
      "a.jsonl", "{\"step\": 3, \"x\": 1}\n{\"step\": 3.5, \"x\": 2}\n{\"step\": 4.5, \"x\": 2}\n",
      "not whole"
    ),
    ("a.csv", "step,x\n3,1\n3.5,2\n4.5,3\n", "not whole"),
    ("c.csv", "step,x\n100,5\n,4\n300,3\n", "has no step"),
    ("c.jsonl", "{\"step\": 3, \"x\": 1}\n{\"x\": 2, \"test\": 1}\n", "has no step"),
    ("d.csv", "step,x\n1k,5\n2k,4\n", "has \"1k\" under step"),
    ("b.csv", "step,x\n1,1\n3,2\n2,3\n5,1\n4,2\n", "came out of order"),
  ])
  func rowsOutOfPlace_areNoted(_ name: String, _ text: String, _ words: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: name)
    var reader = MetricSource(kind: name.hasSuffix("csv") ? .csv : .jsonLines, path: path)
      .reader(step: nil)
    let notes = reader.book().notes
    #expect(notes.count { $0.contains(words) } == 1, "\(notes)")
  }

  @Test func csv_ofLightning_hasSparseRows() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "epoch,step,train_loss,val_loss\r\n0,49,0.5,\r\n0,49,,0.75\r\n1,99,nan,\r\n1,99,,inf\r\n",
      to: "metrics.csv")
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book["train_loss"]?.steps == [49, 99])
    #expect(book["train_loss"]?.values.last?.isNaN == true)
    #expect(book.rows("val_loss") == [[49, 0.75], [99, .infinity]])
    #expect(book.rows("epoch") == [[49, 0], [99, 1]])
    #expect(book.notes == [])
  }

  @Test func csv_withoutSteps_countsItsRows() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "\"time, s\";loss;note\n0,5;1,25;a\n1;;b\n1,5;-1e-3;\"c\"\"\nd;\"\n", to: "log.csv")
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book.rows("time, s") == [[0, 0.5], [1, 1], [2, 1.5]])
    #expect(book.rows("loss") == [[0, 1.25], [2, -1e-3]])
    #expect(book["note"] == nil)
  }

  @Test func csv_thatIsAppendedToByASecondRun_readsItsHeaderAgain() throws {
    let scratch = try Scratch()
    let path = try scratch.write("epoch,loss\n0,3\n1,2\n", to: "training.log")
    var reader = MetricSource(kind: .csv, path: path).reader(step: nil)
    var book = MetricBook()
    reader.read(into: &book, isFinal: false)
    try scratch.write(
      "epoch,loss,lr\n1,2.5,0.1\n2,1.5,0.1\n3,1", to: "training.log", appending: true)
    reader.read(into: &book, isFinal: false)
    #expect(book.rows("loss") == [[0, 3], [1, 2.5], [2, 1.5]])
    reader.read(into: &book, isFinal: true)
    #expect(book.rows("loss").last == [3, 1])
    #expect(book.rows("lr") == [[1, 0.1], [2, 0.1]])
  }

  @Test func gigabytes_areReadInBlocks() throws {
    let scratch = try Scratch()
    let part = (0..<1000).map { "{\"loss\": \($0 % 10)}\n" }.joined()
    let long = "{\"text\": \"" + String(repeating: "x", count: 3 << 20) + "\"}\n"
    let path = try scratch.write(long, to: "a.jsonl")
    for _ in 0..<400 { try scratch.write(part, to: "a.jsonl", appending: true) }
    var reader = MetricSource(kind: .jsonLines, path: path).reader(step: nil)
    let book = reader.book()
    #expect(book["loss"]?.steps.last == 399_999)
    #expect((book["loss"]?.steps.count ?? 0) < 1 << 18)
    #expect(book["loss"]?.greatest?.value == 9)
    // The line that is too long is cut, and so is no JSON.
    #expect(book.notes.count == 2)
  }
}
