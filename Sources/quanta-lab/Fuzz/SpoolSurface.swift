import Wire

/// The files of a worker's spool: one frame, nothing before and nothing after it.
struct SpoolSurface: Surface {
  static let name = "spool"
  static let folders = ["spool", "spool/v1", "spool/v2"]
  static let share = 150

  private let mutator: Mutator

  init(corpus: [[UInt8]]) {
    var random = Random(seed: 2, surface: 99)
    let files = (0..<32).flatMap { _ in
      let attempt = RandomMessages.attempt(&random)
      return [
        Report.outcome(attempt, RandomMessages.outcome(&random)).frame.bytes,
        Report.checkpoint(attempt, [1, 2, 3]).frame.bytes,
      ]
    }
    mutator = Mutator(corpus: corpus + files, words: RandomMessages.names, limit: 4 << 10)
  }

  func input(_ random: inout Random) -> [UInt8] {
    let bytes = mutator.input(&random)
    return random.oneIn(3) ? bytes : FrameBytes.repaired(bytes)
  }

  func check(_ input: [UInt8]) throws {
    do {
      let report = try Report(file: input)
      let written = report.frame.bytes
      try require(try Report(file: written).frame.bytes == written, "a report changes on disk")
    } catch let error as WireError {
      try require(error.description.contains("byte"), "an error without a place: \(error)")
    }
  }
}
