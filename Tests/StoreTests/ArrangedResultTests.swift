import SweepModel
import Testing

/// Results whose numbers are the same in another order.
@Suite struct ArrangedResultTests {
  private func made(_ scalars: [(String, Double)], _ curves: [String]) -> JobResult {
    JobResult(
      scalars: scalars.map { JobResult.Scalar($0.0, $0.1) },
      curves: curves.map { Curve(name: $0, steps: [1], values: [2]) })
  }

  @Test func order_isTakenOver_whereTheNamesAreTheSame() {
    let recorded = made([("a", 1), ("b", 2)], ["x", "y"])
    let other = made([("b", 2), ("a", 1)], ["y", "x"])
    #expect(recorded.difference(from: other) != nil)
    #expect(other.arranged(like: recorded) == recorded)
  }

  @Test func otherNamesOrValues_stayWhatTheyAre() {
    let recorded = made([("a", 1), ("b", 2)], ["x"])
    for other in [
      made([("b", 2)], ["x"]), made([("b", 2), ("c", 1)], ["x"]),
      made([("a", 1), ("b", 2), ("c", 3)], ["x"]), made([("b", 2), ("b", 2)], ["x"]),
    ] {
      #expect(other.arranged(like: recorded) == other)
    }
    let changed = made([("b", 3), ("a", 1)], ["x"])
    #expect(recorded.difference(from: changed.arranged(like: recorded))?.contains("b is 3") == true)
  }
}
