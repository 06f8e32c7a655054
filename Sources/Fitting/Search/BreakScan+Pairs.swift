// Limits of cancelling pairs, three columns each, beside every break out of the table.

extension BreakScan {
  /// A limit of a pair and a break beside it.
  struct Beside {
    /// Which triple of columns.
    let pair: Int
    let place: Int
    let width: Int
    let squares: Double
  }

  /// Pairs of one width at every place and a break at every place with its best width, that none with
  /// one of them at a neighbouring place follows better; best first.
  ///
  /// - Parameter triples: The columns of every place.
  func besides(_ triples: [[[Double]]], limit: Int) -> [Beside] {
    var gains = [Double](repeating: -1, count: triples.count * placeCount)
    var widths = [Int](repeating: 0, count: gains.count)
    for (index, columns) in triples.enumerated() {
      let pair = Self.orthonormal(columns.map(weighted), lines)
      let own = pair.map { Self.dot($0, target) }
      let gain = own.reduce(0) { $0 + $1 * $1 }
      for k in 0..<count {
        var (rest, left) = (1.0, moments[k])
        for (axis, moment) in zip(pair, own) {
          let share = Self.dot(axis, bends[k])
          rest -= share * share
          left -= share * moment
        }
        let both = rest > 1e-7 ? gain + left * left / rest : gain
        let key = index * placeCount + k / widthCount
        if both > gains[key] { (gains[key], widths[key]) = (both, k % widthCount) }
      }
    }
    let peaks = gains.indices.filter { key in
      let (pair, place) = (key / placeCount, key % placeCount)
      return gains[key] > 0
        && (pair == 0 || gains[key - placeCount] <= gains[key])
        && (pair == triples.count - 1 || gains[key + placeCount] < gains[key])
        && (place == 0 || gains[key - 1] <= gains[key])
        && (place == placeCount - 1 || gains[key + 1] < gains[key])
    }
    return peaks.sorted { gains[$0] > gains[$1] }.prefix(limit).map { key in
      Beside(
        pair: key / placeCount, place: key % placeCount, width: widths[key],
        squares: squares - gains[key])
    }
  }
}
