import Basics
import Glibc
import Posix
import Testing

@testable import Metrics

/// The reader of SQLite files beside the sqlite3 program.
@Suite struct SQLiteTests {
  private static let program: String? = ["/usr/bin/sqlite3", "/usr/local/bin/sqlite3"].first {
    (path: String) in access(path, X_OK) == 0
  }
  static var isThere: Bool { program != nil }

  func sqlite(_ path: String, _ script: String, _ options: [String] = []) throws -> String {
    let name = "\(path).sql-\(UInt32.random(in: 0 ... .max))"
    let input = try Descriptor(opening: name, O_RDWR | O_CREAT)
    try input.writeAll(Array(script.utf8))
    lseek(input.number, 0, SEEK_SET)
    let output = try Descriptor(opening: "\(name).out", O_RDWR | O_CREAT)
    let program = try #require(Self.program)
    let child = try Child(
      [program] + options + [path], input: input, output: output, errors: output)
    #expect(child.wait().code == 0)
    return String(decoding: try output.read(at: 0, count: 1 << 26), as: UTF8.self)
  }

  /// All rows of a table in the order of their numbers, as sqlite3's `quote` writes them.
  private func rows(_ path: String, _ name: String) throws -> String {
    let file = try SQLiteFile(path: path)
    let table = try #require(file.tables[name])
    var text = ""
    try file.rows(of: table) { row in
      let values = table.columns.indices.map { column -> String in
        switch row[column] {
        case .null: "NULL"
        case .integer(let integer): "\(integer)"
        case .real(let real): "r\(real.bitPattern)"
        case .text(let text): "'\(text)'"
        case .blob(let bytes): "b\(bytes.count)"
        }
      }
      text += "\(row.number)|\(values.joined(separator: "|"))\n"
    }
    return text
  }

  private static let create = """
    CREATE TABLE "t" (a INTEGER, [b c] TEXT DEFAULT 'x,y', "d" REAL, e BLOB,
      CONSTRAINT k UNIQUE (a, d), CHECK (a > -5));
    """

  /// As ``rows`` has them.
  private static let select = """
    SELECT rowid || '|' || ifnull(a, 'NULL') || '|' || ifnull('''' || "b c" || '''', 'NULL') || '|'
      || CASE typeof(d) WHEN 'null' THEN 'NULL' ELSE 'r' || d END || '|'
      || ifnull('b' || length(e), 'NULL') FROM t ORDER BY rowid;
    """

  private func compare(_ path: String, line: SourceLocation = #_sourceLocation) throws {
    let theirs = try sqlite(path, Self.select, ["-readonly"])
    // Reals of the tests are halves: written alike.
    let ours = try rows(path, "t").split(separator: "|", omittingEmptySubsequences: false).map {
      $0.hasPrefix("r") ? "r\(Double(bitPattern: UInt64($0.dropFirst()) ?? 0))" : String($0)
    }.joined(separator: "|")
    #expect(ours.count > 1000 && ours == theirs, sourceLocation: line)
  }

  private static func inserts(_ range: Range<Int>) -> String {
    var random = SplitMix64(seed: UInt64(range.count))
    return "BEGIN;"
      + range.map { row in
        let text = String(
          repeating: "ab", count: Int.random(in: 0..<(row % 50 == 0 ? 20_000 : 40), using: &random))
        let magnitude = Int.random(in: 0...62, using: &random)
        let integer = Int.random(in: 0..<(1 << magnitude), using: &random)
        return "INSERT INTO t (a, \"b c\", d, e) VALUES (\(row % 7 == 0 ? "NULL" : "\(integer)"), "
          + "\(row % 5 == 0 ? "NULL" : "'\(text)'"), \(row).5, \(row % 3 == 0 ? "x'0102'" : "NULL"));"
      }.joined(separator: "\n") + "COMMIT;"
  }

  @Test(.enabled(if: isThere, "needs sqlite3"), arguments: [512, 1024, 4096, 65536])
  func rows_ofEveryPageSize_areSQLites(_ pageSize: Int) throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/t.db"
    _ = try sqlite(path, "PRAGMA page_size = \(pageSize); \(Self.create) \(Self.inserts(0..<3000))")
    _ = try sqlite(
      path,
      "DELETE FROM t WHERE rowid % 3 = 1; ALTER TABLE t ADD COLUMN z INTEGER; \(Self.inserts(0..<500))"
    )
    let file = try SQLiteFile(path: path)
    let table = try #require(file.tables["t"])
    #expect(table.columns == ["a", "b c", "d", "e", "z"])
    var after: [Int] = []
    try file.rows(of: table, after: 3100) { after.append($0.number) }
    #expect(after.count > 100 && after.first == 3101)
    _ = try sqlite(path, "CREATE TABLE u AS SELECT * FROM t; ALTER TABLE t DROP COLUMN z;")
    try compare(path)
  }

  @Test(.enabled(if: isThere, "needs sqlite3"))
  func writeAheadLog_isReadUpToItsLastCommit() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/t.db"
    _ = try sqlite(path, "PRAGMA journal_mode = wal; \(Self.create) \(Self.inserts(0..<800))")
    // A copy made while a connection is open has a log that nobody has moved into the file.
    let copy = "\(scratch.path)/copy.db"
    _ = try sqlite(
      path,
      """
      PRAGMA wal_autocheckpoint = 0; PRAGMA cache_spill = 1; PRAGMA cache_size = 2;
      \(Self.inserts(800..<1500)) UPDATE t SET d = d + 100000 WHERE rowid % 2 = 0;
      BEGIN; UPDATE t SET d = d + 1000000; DELETE FROM t WHERE rowid > 100;
      .shell cp \(path) \(copy)
      .shell cp \(path)-wal \(copy)-wal
      ROLLBACK;
      """)
    #expect(SQLitePages.stamp(copy)[5] > 1 << 16)
    let ours = try rows(copy, "t")
    try compare(copy)
    #expect(ours.split(separator: "\n").count == 1500)
    // Behind a damaged frame nothing counts.
    let file = try Descriptor(opening: copy + "-wal", O_RDWR)
    var byte: UInt8 = 0xA5
    #expect(pwrite(file.number, &byte, 1, Int(file.status.st_size) / 2) == 1)
    #expect(try rows(copy, "t").isEmpty == false)
  }

  @Test(.enabled(if: isThere, "needs sqlite3"))
  func journal_ofATransactionThatNeverEnded_isTakenBack() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/t.db"
    _ = try sqlite(path, "PRAGMA page_size = 1024; \(Self.create) \(Self.inserts(0..<2000))")
    let before = try rows(path, "t")
    let copy = "\(scratch.path)/copy.db"
    _ = try sqlite(
      path,
      """
      PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN; UPDATE t SET d = d + 100000, "b c" = 'new';
      .shell cp \(path) \(copy)
      .shell cp \(path)-journal \(copy)-journal
      ROLLBACK;
      """)
    let bytes = { (path: String) in try AtomicFile.read(path) ?? [] }
    #expect(try bytes(copy) != bytes(path), "the transaction has reached the file")
    #expect(try rows(copy, "t") == before)
  }

  @Test(.enabled(if: isThere, "needs sqlite3"))
  func damagedFiles_areRefusedOrReadInPart() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/mlflow.db"
    _ = try sqlite(path, "PRAGMA page_size = 512; \(Self.create) \(Self.inserts(0..<300))")
    let whole = try #require(try AtomicFile.read(path))
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      }
      try scratch.write(bytes, to: "mlflow.db")
      if (try? SQLiteFile(path: path))?.tables["t"] != nil { _ = try? rows(path, "t") }
      let runs = RecordedRuns.find(in: path)
      #expect(runs.allSatisfy { $0.problem != nil }, "seed \(seed)")
    }
  }
}
