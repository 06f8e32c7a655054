import Basics
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
    book.record("loss", 4.5, at: 50)
    #expect(book["loss"]?.steps == [0, 10, 20, 30, 40, 50])
    #expect(book["loss"]?.values.last == 4.5)
    #expect(book["loss"]?.least == .init(step: 50, value: 4.5))
    #expect(book.notes.count == 1)
    #expect(book.notes[0].contains("from 90 to 50"))
    // The same step again is a correction, nothing to tell.
    book.record("loss", 4.25, at: 50)
    #expect(book["loss"]?.values.last == 4.25)
    #expect(book.notes.count == 1)
    // Long before the last one a program has gone back, whichever step it has there.
    for step in 51..<200 { book.record("loss", 1, at: 2 * step) }
    book.record("loss", 2, at: 105)
    #expect(book["loss"]?.steps.last == 105)
  }

  /// Threads that log at once: no row is lost, whichever comes first.
  @Test(arguments: [false, true])
  func rowsOutOfOrder_haveTheirPlace(_ isThinned: Bool) {
    var limits = MetricBook.Limits()
    if isThinned { limits.seriesRows = 100 }
    var book = MetricBook(limits: limits)
    var random = SplitMix64(seed: 4)
    var steps = Array(0..<1000)
    for index in stride(from: 0, to: 1000, by: 8) {
      for place in index..<index + 8 { steps.swapAt(place, index + random.integer(0...7)) }
    }
    for step in steps { book.record("loss", Double(step), at: step) }
    #expect(book["loss"]?.steps.last == 999 && book["loss"]?.values.last == 999)
    #expect(book["loss"]?.least?.value == 0 && book["loss"]?.greatest?.value == 999)
    if !isThinned { #expect(book["loss"]?.steps == Array(0..<1000)) }
    #expect(!book.notes.contains { $0.contains("went back") }, "\(book.notes)")
  }

  /// What a later attempt has written takes the place of all from its first row on.
  @Test func rowsOfALaterAttempt_takeThePlaceOfEarlierOnes() throws {
    var (earlier, later) = (MetricBook(), MetricBook())
    for step in 0..<10 { earlier.record("loss", 1, at: 10 * step) }
    for step in [45, 55] { later.record("loss", 2, at: step) }
    earlier.append(try #require(later["loss"]))
    #expect(earlier["loss"]?.steps == [0, 10, 20, 30, 40, 45, 55])
    #expect(earlier["loss"]?.values.suffix(3) == [1, 2, 2])
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

  /// The least and the greatest value are those of all rows, where a book is put together of others, too.
  @Test(arguments: [true, false]) func appendedSeries_keepTheirExtremes(_ isEmpty: Bool) {
    var limits = MetricBook.Limits()
    limits.seriesRows = 8
    var other = MetricBook(limits: limits)
    for step in 2..<101 {
      other.record("loss", step == 33 ? -1 : step == 35 ? 9 : 1, at: step)
    }
    #expect(other["loss"]?.values.allSatisfy { $0 == 1 } == true, "the rows are thinned")
    var book = MetricBook(limits: limits)
    if !isEmpty { book.record("loss", 2, at: 1) }
    book.append(other.series[0])
    #expect(book["loss"]?.least == .init(step: 33, value: -1))
    #expect(book["loss"]?.greatest == .init(step: 35, value: 9))
    #expect(book["loss"]?.steps.last == 100 && book["loss"]?.steps.first == (isEmpty ? 2 : 1))
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
    #expect(book["loss"]?.steps == [.min, .max])
    #expect(book["loss"]?.values == [3, 2])
  }
}
