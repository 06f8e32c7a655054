/// Checkpoints as a job finds them: whatever lies there, the job goes on from it or starts anew.
///
/// An input is a byte that chooses the job, then the checkpoint.
struct CheckpointSurface: Surface {
  static let name = "checkpoint"
  static let share = 225

  private let subjects: [CheckpointSubject]
  private let mutators: [Mutator]

  init(corpus: [[UInt8]]) throws {
    let subjects = try CheckpointSubject.all()
    self.subjects = subjects
    mutators = subjects.enumerated().map { number, subject in
      let known = corpus.filter { Self.number(of: $0, among: subjects.count) == number }
      return Mutator(corpus: known.map { Array($0.dropFirst()) } + subject.made)
    }
  }

  private static func number(of input: [UInt8], among count: Int) -> Int {
    Int(input.first ?? 0) % count
  }

  func input(_ random: inout Random) -> [UInt8] {
    let number = random.below(subjects.count)
    // Now and then a job finds what another one has left.
    let finder = random.oneIn(16) ? random.below(subjects.count) : number
    return [UInt8(finder)]
      + (random.oneIn(2)
        ? changingWords(of: random.pick(mutators[number].corpus), &random)
        : mutators[number].input(&random))
  }

  /// The words of a checkpoint: lengths, steps and numbers at their places.
  private func changingWords(of checkpoint: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = checkpoint
    for _ in 0..<(1 + random.below(3)) where bytes.count >= 8 {
      let fromEnd = random.oneIn(2)
      let word = random.below(min(64, bytes.count / 8))
      let start = fromEnd ? bytes.count - 8 * (word + 1) : 8 * word
      let value = random.extreme()
      for offset in 0..<8 {
        bytes[start + offset] = UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))
      }
    }
    return bytes
  }

  func check(_ input: [UInt8]) throws {
    let number = Self.number(of: input, among: subjects.count)
    try subjects[number].check(Array(input.dropFirst()))
  }
}
