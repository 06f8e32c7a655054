import Basics
import Foundation
import Store
import SweepModel

/// Store folders with damaged content, read as `status`, `jobs` and `explain` do, then opened by a
/// coordinator that goes on.
///
/// An input is a list of edits to a small valid store, one a line, so that an input that failed is
/// small and readable: `at OFFSET HEX` and `cut LENGTH` change the database, `swap HEX HEX N` puts
/// bytes in place of the N-th occurrence of others, `file NAME HEX` writes another file.
struct StoreSurface: Surface {
  static let name = "store"
  static let share = 2

  private let corpus: [[UInt8]]
  private let original: [UInt8]
  private let folder = "\(Scratch.folder)/store"

  init(corpus: [[UInt8]]) throws {
    self.corpus = corpus
    try? FileManager.default.removeItem(atPath: folder)
    let store = try LedgerStore.open(at: folder, now: 1_700_000_000)
    try SampleStore.fill(store)
    try store.close()
    guard let content = FileManager.default.contents(atPath: "\(folder)/store.sqlite") else {
      throw Violation("the valid store cannot be read")
    }
    original = Array(content)
  }

  func input(_ random: inout Random) -> [UInt8] {
    if random.oneIn(8), !corpus.isEmpty { return random.pick(corpus) + edit(&random) }
    return (0...random.below(4)).flatMap { _ in edit(&random) }
  }

  /// Words of the schema and of its rows, each with what may stand in its place.
  private static let words = [
    ("done", "dome"), ("running", "running "), ("accepted", "accept\u{0}d"), ("open", "OPEN"),
    ("failed", "late\u{0}\u{0}"), ("waiting", "w\u{FF}iting"), ("{\"", "{{"), ("\":", "\"\""),
    ("sparse-parity", "sparse_parity"), ("node1", "no\u{0}e1"), ("[\"", "[["),
    ("NOT NULL", "NULL    "),
    ("CHECK", "CHICK"), ("INTEGER", "INTEGAR"), ("STRICT", "      "), ("TRIGGER", "TRIGGAR"),
    ("CREATE VIEW", "CREATE VIUW"), ("alpha_N", "alphaNN"), ("offset", "uffset"), ("null", "1e99"),
  ]

  private func edit(_ random: inout Random) -> [UInt8] {
    let text: String
    switch random.below(10) {
    case 0...3:
      let bytes = (0...random.below(random.oneIn(4) ? 32 : 3)).map { _ in
        UInt8(truncatingIfNeeded: random.extreme())
      }
      text = "at \(offset(&random)) \(bytes.hexadecimal)"
    case 4...6:
      let (word, other) = random.pick(Self.words)
      text =
        "swap \(Array(word.utf8).hexadecimal) \(Array(other.utf8).hexadecimal) \(random.below(40))"
    case 7: text = "cut \(random.below(original.count))"
    default:
      let name = random.pick(["live.json", "requests/1.json", "store.sqlite-wal", "lock"])
      text = "file \(name) \(Self.mutatorOfFiles.input(&random).hexadecimal)"
    }
    return Array("\(text)\n".utf8)
  }

  /// Anywhere, but often in a page's header or among its cells.
  private func offset(_ random: inout Random) -> Int {
    let page = random.below(original.count / 4096) * 4096
    return switch random.below(3) {
    case 0: page + random.below(64)
    case 1: page + 4095 - random.below(512)
    default: random.below(original.count)
    }
  }

  private static let mutatorOfFiles = Mutator(
    corpus: [
      #"{"format":1,"kind":"pause","name":"widths"}"#,
      #"{"format":1,"keys":["\#(SampleStore.key(1).hex)"],"kind":"cancel"}"#,
      #"{"sweep":"widths","startedAt":1,"workers":[{"name":"a","state":"ready","cores":4}]}"#,
    ].map { Array($0.utf8) }, words: ["{", "[", "\"kind\":", "null", "1e999", "\\u0000"],
    limit: 4096)

  func check(_ input: [UInt8]) throws {
    try lay(input)
    do { try read() } catch let error as StoreError { try checkError(error) }
    do { try goOn() } catch let error as StoreError { try checkError(error) }
  }

  private func checkError(_ error: StoreError) throws(Violation) {
    try require(
      error.path.hasPrefix(folder) && !error.message.isEmpty && !error.remedy.isEmpty,
      "an error without path, words or remedy: \(error)")
  }

  private func read() throws {
    let reader = try StoreReader.open(at: folder)
    _ = try? reader.workers()
    _ = try? reader.events()
    for sweep in try reader.sweeps() {
      let jobs = try reader.jobs(of: sweep.name, limit: 50)
      for job in jobs {
        _ = try? reader.attempts(of: job.job.key)
        _ = try? reader.result(of: job.job.key)
        _ = try? reader.job(job.job.key.short)
      }
      _ = try reader.states(of: jobs.map(\.job.key))
      let columns = try reader.runColumns(of: sweep.name)
      try reader.forEachRun(of: sweep.name, columns) { _ in }
    }
    _ = try LiveFile(reader.layout).read()
    let (_, rejected) = try Mailbox(reader.layout).take()
    try require(rejected.allSatisfy { !$0.isEmpty }, "a request refused without words")
  }

  private func goOn() throws {
    let store = try LedgerStore.open(at: folder, now: 1_700_000_100)
    defer { try? store.close() }
    _ = try store.session()
    let entries = try store.ledger(forSweeps: ["widths"])
    guard let entry = entries.first(where: { $0.state == .waiting }) else { return }
    let attempt = AttemptID(
      job: entry.job.key, number: entry.attempts + 1, token: try store.nextToken())
    try store.commit(
      [.leased(attempt, worker: "w"), .accepted(attempt)],
      completions: [SampleStore.completion(attempt)], at: 1_700_000_200)
    let reader = try StoreReader.open(at: folder)
    guard let recorded = try? reader.result(of: entry.job.key) else { return }
    let difference = recorded.difference(from: SampleStore.completion(attempt).result)
    try require(difference == nil, "a result is recorded otherwise: \(difference ?? "")")
  }

  /// Lays out the valid store with the edits.
  private func lay(_ input: [UInt8]) throws {
    for name in ["store.sqlite-wal", "store.sqlite-shm", "live.json", "lock"] {
      unlink("\(folder)/\(name)")
    }
    try? FileManager.default.removeItem(atPath: "\(folder)/requests")
    mkdir("\(folder)/requests", 0o700)
    var database = original
    for line in input.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      apply(words.map { String(decoding: $0, as: UTF8.self) }, to: &database)
    }
    _ = ScratchFile("store/store.sqlite").holding(database)
  }

  private func apply(_ words: [String], to database: inout [UInt8]) {
    switch (words.first, words.count) {
    case ("at", 3):
      guard let offset = Int(words[1]), offset >= 0 else { return }
      for (index, byte) in bytes(words[2]).enumerated() where offset + index < database.count {
        database[offset + index] = byte
      }
    case ("cut", 2):
      if let length = Int(words[1]), length >= 0 { database = Array(database.prefix(length)) }
    case ("swap", 4): swap(bytes(words[1]), bytes(words[2]), Int(words[3]) ?? 0, in: &database)
    case ("file", 2...3) where !words[1].contains(".."):
      _ = ScratchFile("store/\(words[1])").holding(words.count == 3 ? bytes(words[2]) : [])
    default: break
    }
  }

  private func swap(_ old: [UInt8], _ new: [UInt8], _ number: Int, in database: inout [UInt8]) {
    guard !old.isEmpty else { return }
    var places: [Int] = []
    var position = 0
    while position + old.count <= database.count {
      if database[position] == old[0], database[position...].starts(with: old) {
        places.append(position)
      }
      position += 1
    }
    guard !places.isEmpty else { return }
    let place = places[abs(number % places.count)]
    for (index, byte) in new.enumerated() where place + index < database.count {
      database[place + index] = byte
    }
  }

  private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
    }
  }
}
