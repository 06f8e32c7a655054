import Wire

/// What a worker tells of itself in its session's lock, for whoever looks from outside: connecting
/// to its socket would take a coordinator's place.
struct WorkerNote: Equatable {
  /// Jobs that run.
  var jobs = 0
  /// Whom it serves, `PROCESS@HOST`, or `-` before that is known; nil while nobody is attached.
  var run: String?
  /// When its allocation is over, seconds since 1970; nil for a worker that is no pilot.
  var endsAt: Int?

  init(jobs: Int, run: String?, endsAt: Int? = nil) {
    self.jobs = jobs
    self.run = run
    self.endsAt = endsAt
  }

  /// Reads a lock; nil for that of an older worker, which wrote nothing.
  init?(_ bytes: [UInt8]) {
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0] == "jobs", let jobs = Int(words[1]) else { return nil }
    self.jobs = jobs
    let value = { (name: String) in
      words.firstIndex { $0 == name }.flatMap { words.dropFirst($0 + 1).first }.map(String.init)
    }
    run = value("run")
    endsAt = value("ends").flatMap { Int($0) }
  }

  /// As it stands in the lock; of one length, so that what is written later covers it.
  var bytes: [UInt8] {
    let text =
      "jobs \(jobs)" + (run.map { " run \($0)" } ?? "") + (endsAt.map { " ends \($0)" } ?? "")
    return Array((text + String(repeating: " ", count: max(0, 127 - text.utf8.count)) + "\n").utf8)
  }

  /// The name of a run in one word.
  static func name(_ run: RunIdentity?) -> String {
    guard let run else { return "-" }
    let host = run.host.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }.prefix(80)
    return "\(run.process)@\(String(String.UnicodeScalarView(host)))"
  }
}
