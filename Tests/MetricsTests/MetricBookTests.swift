import Testing

@testable import Metrics

@Suite struct MetricBookTests {
  @Test func rows_withAndWithoutSteps_areKeptInOrder() {
    var book = MetricBook()
    book.record("loss", 3, at: nil)
    book.record("loss", 2, at: nil)
    book.record("accuracy", .nan, at: 10)
    book.record("loss", 1, at: 7)
    book.recordScalar("final", 5)
    book.recordScalar("final", 6)
    #expect(book.series.map(\.name) == ["loss", "accuracy"])
    #expect(book["loss"]?.steps == [0, 1, 7])
    #expect(book["loss"]?.values == [3, 2, 1])
    #expect(book["accuracy"]?.values.first?.isNaN == true)
    #expect(book["accuracy"]?.least == nil)
    #expect(book.scalar("final") == 6)
    #expect(book.notes == [])
  }

  @Test func aStepBeforeTheLast_takesThePlaceOfWhatFollowed() {
    var book = MetricBook()
    for step in 0..<10 { book.record("loss", Double(10 - step), at: 10 * step) }
    book.record("loss", 4.5, at: 45)
    #expect(book["loss"]?.steps == [0, 10, 20, 30, 40, 45])
    #expect(book["loss"]?.values.last == 4.5)
    #expect(book["loss"]?.least == .init(step: 45, value: 4.5))
    #expect(book.notes.count == 1)
    #expect(book.notes[0].contains("from 90 to 45"))
    // The same step again is a correction, nothing to tell.
    book.record("loss", 4.25, at: 45)
    #expect(book["loss"]?.values.last == 4.25)
    #expect(book.notes.count == 1)
  }

  /// Their rows may have been left out long before.
  @Test func aStepBack_leavesTheExtremesBeforeIt() {
    var limits = MetricBook.Limits()
    limits.seriesRows = 100
    var book = MetricBook(limits: limits)
    for step in 0..<10_000 {
      book.record("loss", step == 6_001 ? 0.5 : step == 777 ? 9 : 1, at: step)
    }
    book.record("loss", 1, at: 9_990)
    #expect(book["loss"]?.least == .init(step: 6_001, value: 0.5))
    #expect(book["loss"]?.greatest == .init(step: 777, value: 9))
    book.record("loss", 10, at: 9_995)
    book.record("loss", 1, at: 9_993)
    #expect(book["loss"]?.least?.value == 0.5, "the other one was taken back alone")
  }

  @Test func longSeries_areThinned_andKeepFirstLastAndExtremes() throws {
    var limits = MetricBook.Limits()
    limits.seriesRows = 100
    var book = MetricBook(limits: limits)
    for step in 0...10_007 { book.record("loss", step == 5003 ? -1 : Double(step), at: step) }
    let series = try #require(book["loss"])
    #expect(series.steps.count > 50 && series.steps.count <= 101)
    #expect(series.steps.first == 0 && series.steps.last == 10_007)
    #expect(zip(series.steps, series.steps.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(series.steps, series.values).allSatisfy { $0 == 5003 || Double($0) == $1 })
    #expect(series.least == .init(step: 5003, value: -1))
    #expect(series.greatest == .init(step: 10_007, value: 10_007))
    #expect(book.notes.count == 1 && book.notes[0].contains("thinned"))
    // After going back it goes on.
    for step in 9000...9100 { book.record("loss", 1, at: step) }
    let again = try #require(book["loss"])
    #expect(again.steps.last == 9100 && again.steps.count <= 101)
    #expect(zip(again.steps, again.steps.dropFirst()).allSatisfy { $0 < $1 })
    #expect(again.greatest?.step ?? 0 < 9000)
  }

  @Test func allSeriesTogether_areBounded() {
    var limits = MetricBook.Limits()
    limits.rows = 5000
    limits.leastRows = 4
    var book = MetricBook(limits: limits)
    for step in 0..<100 {
      for name in 0..<500 { book.record("m\(name)", 1, at: step) }
    }
    #expect(book.series.count == 500)
    #expect(book.series.reduce(0) { $0 + $1.steps.count } <= 5500)
    #expect(book.series.allSatisfy { $0.steps.first == 0 && $0.steps.last == 99 })
  }

  @Test func names_beyondTheLimit_areLeftOutWithANote() {
    var limits = MetricBook.Limits()
    limits.names = 3
    var book = MetricBook(limits: limits)
    for name in 0..<10 { book.record("m\(name)", 1, at: 0) }
    book.record(String(repeating: "n", count: 1000), 1, at: 0)
    book.record("", 1, at: 0)
    book.record("m1", 2, at: 1)
    #expect(book.series.map(\.name) == ["m0", "m1", "m2"])
    #expect(book["m1"]?.values == [1, 2])
    #expect(book.notes.count == 2)
  }

  @Test func notes_areFewAndShort() {
    var book = MetricBook()
    for number in 0..<100 {
      book.note("Note \(number)\u{1B}[2J" + String(repeating: "x", count: 5000))
    }
    #expect(book.notes.count == 20)
    #expect(book.notes.allSatisfy { $0.count <= 400 && !$0.unicodeScalars.contains("\u{1B}") })
  }

  @Test func theLastStepThereIs_hasNoNext() {
    var book = MetricBook()
    book.record("loss", 1, at: .max)
    book.record("loss", 2, at: nil)
    book.record("loss", 3, at: .min)
    #expect(book["loss"]?.steps == [.min])
    #expect(book["loss"]?.values == [3])
  }
}
