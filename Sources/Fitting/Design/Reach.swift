/// Which runs a range of inputs still lacks at its ends.
struct Reach {
  /// The cheapest runs, as places in the list of candidates, at the least and the greatest value of
  /// every input that none of the known places has; cheapest first.
  let missing: [Int]

  init(_ known: [[Double]], _ candidates: [Experiment]) {
    var missing: Set<Int> = []
    for input in (known.first ?? candidates.first?.inputs.first ?? []).indices {
      let values = candidates.map { $0.inputs.map { $0[input] } }
      let covered = known.map { $0[input] }
      for isEnd: (Double, Double) -> Bool in [(<), (>)] {
        let end = values.joined().reduce(nil as Double?) { best, value in
          best.map { isEnd(value, $0) ? value : $0 } ?? value
        }
        guard let end, covered.allSatisfy({ isEnd(end, $0) }) else { continue }
        let there = candidates.indices.filter { values[$0].contains(end) }
        if let cheapest = there.min(by: { candidates[$0].cost < candidates[$1].cost }) {
          missing.insert(cheapest)
        }
      }
    }
    self.missing = missing.sorted { candidates[$0].cost < candidates[$1].cost }
  }
}
