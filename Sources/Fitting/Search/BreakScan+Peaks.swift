// Sets of three breaks out of the table, at every place the best widths: only those are kept beside
// which no set is better.

extension BreakScan {
  /// Sets of three breaks that no set with one break at a neighbouring place follows better, each with
  /// its best widths, best first.
  func peaks(floor: Int, limit: Int) -> [Choice] {
    let table = triples()
    let (p, gains) = (placeCount, table.gains)
    let strides = [p * p, p, 1]
    var found: [(key: Int, gain: Double)] = []
    for key in gains.indices where gains[key] > 0 {
      let places = [key / (p * p), key / p % p, key % p]
      let isPeak = (0..<3).allSatisfy { turn in
        (places[turn] == 0 || gains[key - strides[turn]] <= gains[key])
          && (places[turn] == p - 1 || gains[key + strides[turn]] < gains[key])
      }
      if isPeak { found.append((key, gains[key])) }
    }
    found.sort { $0.gain > $1.gain }
    return found.prefix(limit).map { key, gain in
      Choice(
        places: digits(key, base: placeCount, count: 3),
        widths: digits(Int(table.widths[key]), base: widthCount, count: 3), floor: floor,
        squares: squares - gain)
    }
  }

  /// For every three places, in order, the largest gain and its widths.
  private func triples() -> (gains: [Double], widths: [Int32]) {
    let (p, w) = (placeCount, widthCount)
    var gains = [Double](repeating: -1, count: p * p * p)
    var widths = [Int32](repeating: 0, count: p * p * p)
    for i in 0..<count {
      for j in (i + 1)..<max(count, i + 1) {
        guard let pair = Pair(self, i, j) else { continue }
        let first = (i / w * p + j / w) * p
        let code = (i % w * w + j % w) * w
        var k = j + 1
        var (place, width) = (k / w, k % w)
        while k < count {
          let gain = pair.gain(with: k, self)
          if gain > gains[first + place] {
            gains[first + place] = gain
            widths[first + place] = Int32(code + width)
          }
          k += 1
          width += 1
          if width == w { (place, width) = (place + 1, 0) }
        }
      }
    }
    return (gains, widths)
  }
}
