import Kernels

/// A second mechanism of the first subtask: a share of its training samples have a marker, the last
/// bit of the string, and the parity of a subset of their own as label. No other sample has the marker.
struct ParityMarker: Sendable {
  /// The subtask whose samples have it.
  static let task = 0

  /// The marker's place in the string.
  let bit: Int
  /// The bits whose parity is the label of a sample that has it.
  let subset: [Int]
  private let share: Double
  private let stream: RandomStream
  private let rowWords: Int
  private let mask: [UInt64]

  init(layout: SparseInputLayout, share: Double, subset: [Int], stream: RandomStream) {
    bit = layout.bits - 1
    self.subset = subset
    self.share = share
    self.stream = stream
    rowWords = layout.rowWords
    var mask = [UInt64](repeating: 0, count: layout.rowWords)
    for bit in subset { mask[bit / 64] |= 1 << UInt64(bit % 64) }
    self.mask = mask
  }

  /// Takes the marker from all samples of places that begin at a multiple of 64 but those that have it,
  /// and labels these anew; `number` names a place's sample, and nil gives it to none.
  func set(_ batch: BinaryBatch, _ places: Range<Int>, number: ((Int) -> UInt64)?) {
    let (word, flag) = (bit / 64, UInt64(1) << UInt64(bit % 64))
    for block in places.lowerBound / 64..<(places.upperBound + 63) / 64 {
      var column: UInt64 = 0
      for place in block * 64..<min(places.upperBound, block * 64 + 64) {
        let row = place * rowWords
        batch.rows[row + word] &= ~flag
        guard let number, Int(batch.tasks[place]) == Self.task,
          stream.uniform(index: number(place)) < share
        else { continue }
        column |= 1 << UInt64(place % 64)
        batch.rows[row + word] |= flag
        let ones = mask.indices.reduce(0) { $0 + (batch.rows[row + $1] & mask[$1]).nonzeroBitCount }
        batch.labels[place] = UInt8(ones % 2)
      }
      guard batch.columns.count > 0 else { continue }
      batch.columns[(block * rowWords + word) * 64 + bit % 64] = column
    }
  }
}
