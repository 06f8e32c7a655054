import Basics
import Foundation
import GRDB
import LabSupport
import SweepModel
import Testing

@testable import Store

/// Where python3 lies; nil where there is none.
private let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
  access($0, X_OK) == 0
}

/// What notebooks see through the views, read by Python's own SQLite while the store is open.
@Suite struct NotebookTests {
  let folder = TemporaryFolder()

  /// Runs Python on the store with `db` connected to it and returns what it printed.
  private func run(_ script: String) throws -> String {
    let opening = """
      import array, json, sqlite3
      db = sqlite3.connect("file:\(folder.store)/store.sqlite?mode=ro", uri=True)

      """
    let result = Command.runBlocking([try #require(python), "-c", opening + script])
    #expect(result.status == 0)
    return result.output + "\n"
  }

  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    let failed = attempt(1, token: 1)
    try store.commit(
      [.leased(failed, worker: "w0"), .ended(failed, .timeout, message: "24 h are over")], at: 2.5)
    let second = attempt(1, 2, token: 2)
    try store.commit(
      [.leased(second, worker: "w1"), .accepted(second)],
      completions: [completion(second, result(1))], at: 1_700_000_000.25)
    return store
  }

  @Test(.enabled(if: python != nil, "needs python3"))
  func runs_readByPython_haveParametersScalarsAndTimes() throws {
    let store = try store()
    let text = try run(
      """
      columns = [c[0] for c in db.execute("SELECT * FROM runs").description]
      print(" ".join(columns))
      for row in db.execute("SELECT * FROM runs WHERE sweep = 'widths' ORDER BY position"):
          run = dict(zip(columns, row))
          parameters, scalars = json.loads(run["parameters"]), json.loads(run["scalars"])
          print(run["position"], run["state"], parameters["width"], scalars.get("loss.final"),
                run["worker"], run["host"], run["cpu_seconds"], run["ended_at"])
      """)
    try store.close()
    #expect(
      text == """
        sweep position job workload state reason parameters scalars attempts worker host processor \
        instruction_set threads wall_seconds cpu_seconds peak_memory_bytes started_at ended_at \
        binary_hash version quarantine origin
        0 waiting 0 None None None None None
        1 done 1 0.5 w1 node1 2.5 2023-11-14T22:13:20.250Z
        2 waiting 2 None None None None None

        """)
  }

  @Test(.enabled(if: python != nil, "needs python3"))
  func otherViews_readByPython_holdWhatWasCommitted() throws {
    let store = try store()
    let text = try run(
      """
      print(db.execute("SELECT number, outcome, cause, message FROM attempts").fetchall())
      print(db.execute("SELECT name, value FROM scalars").fetchall())
      print(db.execute("SELECT name, columns, row_count FROM curves").fetchall())
      print(db.execute("SELECT sweep, position, cause, ended_at FROM failures").fetchall())
      """)
    try store.close()
    #expect(
      text == """
        [(1, 'failed', 'timeout', '24 h are over'), (2, 'accepted', None, '')]
        [('loss.final', 0.5), ('parameters', 1.0)]
        [('loss', 1, 3), ('loss.subtasks', 2, 3)]
        [('widths', 1, 'timeout', '1970-01-01T00:00:02.500Z')]

        """)
  }

  @Test(.enabled(if: python != nil, "needs python3"))
  func curveData_readByPython_isLittleEndianStepsAndRows() throws {
    let store = try store()
    let text = try run(
      """
      steps, data, columns = db.execute(
          "SELECT steps, data, columns FROM curve_data WHERE job = ? AND name = 'loss.subtasks'",
          ["\(key(1).hex)"]).fetchone()
      try:
          import numpy
          print(numpy.frombuffer(steps, "<i8").tolist())
          print(numpy.frombuffer(data, "<f4").reshape(-1, columns).tolist())
      except ImportError:
          values = array.array("f", data).tolist()
          print(array.array("q", steps).tolist())
          print([values[i:i + columns] for i in range(0, len(values), columns)])
      """)
    try store.close()
    #expect(text == "[0, 100, 200]\n[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]\n")
  }

  /// Numbers of every magnitude, among them those that 15 digits do not tell apart.
  private var anyBits: [Double] {
    var generator = SplitMix64(seed: 5)
    let random = (0..<400).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
    let losses = (0..<400).map { _ in Double.random(in: 0...3, using: &generator) }
    return random + losses + [
      0.1, 0.1.nextUp, 1, 0, 1e22, 1e23, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    ]
  }

  /// The bits of what Python reads in the scalars of `runs` and of `discarded`, in hexadecimal.
  private func bitsInPython() throws -> [[String]] {
    let text = try run(
      """
      import struct
      for view in ["runs WHERE state = 'done'", "discarded"]:
          text, = db.execute("SELECT scalars FROM " + view).fetchone()
          values = [float("nan" if v is None else v) for v in json.loads(text).values()]
          print(" ".join(struct.pack(">d", v).hex() for v in values))
      """)
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  private func storeOfAnyBits() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<2), at: 1)
    let all = JobResult(
      scalars: anyBits.enumerated().map { JobResult.Scalar("s\($0.offset)", $0.element) },
      curves: [])
    try store.complete(0, token: 1, result: all)
    try store.discard([key(0)], reason: "for the view", at: 2)
    try store.complete(1, token: 2, result: all)
    return store
  }

  private var expectedBits: [String] {
    anyBits.map { value in
      (value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern).hexadecimal
    }
  }

  @Test(.enabled(if: python != nil, "needs python3"))
  func scalars_ofAnyBits_areReadFromTheJSONBitForBit() throws {
    let store = try storeOfAnyBits()
    #expect(try bitsInPython() == [expectedBits, expectedBits])
    try store.close()
  }

  /// A store of the fourth schema, whose views wrote 15 digits.
  @Test(.enabled(if: python != nil, "needs python3"))
  func olderViews_ofAnOpenedStore_areMadeAnew() throws {
    try storeOfAnyBits().close()
    let queue = try DatabaseQueue(path: folder.store + "/store.sqlite")
    try queue.write { database in
      try database.execute(sql: SchemaV2.views)
      try database.execute(
        sql: "DROP VIEW attempts; DROP VIEW discarded; CREATE VIEW attempts AS SELECT 1;")
      try database.execute(sql: SchemaV4.views)
      try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '5 %'")
      try database.execute(sql: "PRAGMA user_version = 4")
    }
    try queue.close()
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.jobs(of: "widths").count == 2)
    #expect(try bitsInPython()[0] != expectedBits)
    try LedgerStore.forTest(at: folder.store).close()
    #expect(try bitsInPython() == [expectedBits, expectedBits])
  }
}
