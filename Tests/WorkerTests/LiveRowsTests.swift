import SweepModel
import Testing
import Worker

@Suite struct LiveRowsTests {
  private func curve(_ name: String = "loss", upTo step: Int, columns: Int = 1) -> Curve {
    Curve(
      name: name, steps: Array(1...step), columns: columns,
      values: (1...step).flatMap { row in (0..<columns).map { Float(row * 1000 + $0) } })
  }

  @Test func rows_leaveOnceASecondAndNoneTwice() {
    var rows = LiveRows(at: 9)
    rows.add([curve(upTo: 1)], at: 1)
    #expect(rows.take(at: 9.9) == [])
    #expect(rows.take(at: 10).map(\.steps) == [[1]])
    rows.add([curve(upTo: 2), curve("norm", upTo: 1)], at: 2)
    #expect(rows.take(at: 10.9) == [])
    rows.add([curve(upTo: 3)], at: 3)
    let taken = rows.take(at: 11)
    #expect(taken == [Curve(name: "loss", steps: [2, 3], values: [2000, 3000])])
    #expect(rows.take(at: 99) == [])
  }

  @Test func rows_ofAJobThatEvaluatesEveryStep_areThinnedAndTheNewestStays() {
    var rows = LiveRows(at: -1)
    for step in 1...100_000 {
      rows.add(
        [
          Curve(name: "loss", steps: [step], values: [Float(step)]),
          Curve(name: "parts", steps: [step], columns: 2, values: [Float(step), -Float(step)]),
        ], at: step)
    }
    let taken = rows.take(at: 0)
    #expect(taken.map(\.name) == ["loss", "parts"])
    for curve in taken {
      #expect(curve.values.count <= LiveRows.mostValues && curve.steps.count > 100)
      #expect(curve.steps.last == 100_000 && curve.steps == curve.steps.sorted())
      #expect(curve.row(curve.steps.count - 1).first == 100_000)
    }
  }

  @Test func curves_ofVeryManyColumnsOrNames_stayOut() {
    var rows = LiveRows(at: -1)
    rows.add([curve("wide", upTo: 1, columns: LiveRows.mostColumns + 1)], at: 1)
    #expect(rows.take(at: 0) == [])
    rows.add((0..<100).map { curve("c\($0)", upTo: 1) }, at: 1)
    #expect(rows.take(at: 0).count == LiveRows.mostCurves)
  }
}
