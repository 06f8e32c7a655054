import Testing

@testable import Metrics

/// Metrics that MLflow got out of the order of their steps.
@Suite struct SteppedRowsTests {
  @Test func rowsInAnyOrder_areInThatOfTheirSteps_andOfOneStepTheLastTimeCounts() {
    var (rows, book) = (SteppedRows(name: "loss"), MetricBook())
    for (value, step, time) in [(3.0, 0, 5), (1, 2, 6), (2, 1, 9), (7, 1, 8), (0.5, 2, 6)] {
      rows.add(value, step: step, time: time, to: &book)
    }
    rows.finish(into: &book)
    #expect(book.rows("loss") == [[0, 3], [1, 2], [2, 0.5]])
    #expect(book.notes == [] && book.losses == [])
  }

  @Test func rowsWithoutSteps_areCounted() {
    var (rows, book) = (SteppedRows(name: "loss"), MetricBook())
    for value in [3.0, 2, 1] { rows.add(value, step: nil, time: 0, to: &book) }
    rows.finish(into: &book)
    #expect(book.rows("loss") == [[0, 3], [1, 2], [2, 1]])
  }

  @Test func folderOfMLflow_isReadByItsSteps() throws {
    let scratch = try Scratch()
    try scratch.write("run_id: r\n", to: "ml/0/r/meta.yaml")
    try scratch.write("1 3.0 0\n2 1.0 2\n3 2.0 1\n4 2.5 1\n", to: "ml/0/r/metrics/loss")
    let run = try #require(RecordedRuns.find(in: "\(scratch.path)/ml").first).read()
    #expect(run.book.rows("loss") == [[0, 3], [1, 2.5], [2, 1]] && run.isWhole)
  }

  @Test(.enabled(if: SQLiteTests.isThere, "needs sqlite3"))
  func databaseOfMLflow_isReadByItsSteps() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/mlflow.db"
    _ = try SQLiteTests().sqlite(
      path,
      """
      CREATE TABLE runs (run_uuid TEXT, status TEXT);
      CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT);
      CREATE TABLE metrics (key TEXT, value REAL, timestamp BIGINT, run_uuid TEXT, step BIGINT,
        is_nan BOOLEAN);
      INSERT INTO runs VALUES ('a', 'FINISHED'), ('b', 'FINISHED');
      INSERT INTO metrics VALUES ('loss', 3, 1, 'a', 0, 0), ('loss', 9, 1, 'b', 5, 0),
        ('loss', 1, 2, 'a', 2, 0), ('loss', 8, 2, 'b', 4, 0), ('loss', 2, 3, 'a', 1, 0);
      """)
    let runs = RecordedRuns.find(in: path).map { $0.read() }
    #expect(
      runs.map { $0.book.rows("loss") } == [[[0, 3], [1, 2], [2, 1]], [[4, 8], [5, 9]]])
  }
}
