import GRDB

/// The SQL of the sixth migration: room for what is to come. What was a column of its own or a fixed
/// list of words is open now.
enum SchemaV6 {
  /// What jobs take as one object, from the two columns that there were; absent is 0.
  static let amounts = """
    json_patch('{}', json_object('memoryBytes', memory_bytes, 'threads', threads))
    """

  /// Named resources beside threads and memory, and data of any kind.
  static let sweeps = """
    ALTER TABLE sweep ADD COLUMN amounts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(amounts));
    UPDATE sweep SET amounts = \(amounts);
    ALTER TABLE sweep DROP COLUMN threads;
    ALTER TABLE sweep DROP COLUMN memory_bytes;
    ALTER TABLE sweep RENAME COLUMN images TO data;
    """

  /// Where a result comes from; NULL for what ran here, which is nearly all.
  static let attempts = """
    ALTER TABLE attempt ADD COLUMN origin TEXT;
    """

  /// Causes of other versions are kept: the table no longer lists them. The check is taken out of the
  /// table's definition, as SQLite's manual says for what changes nothing that is stored; to build the
  /// table anew would copy every attempt, and with it every rule and view.
  static let causes = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(
      sql, ' CHECK (cause IN (''workerLost'', ''jobFailed'', ''timeout'', ''cancelled''))', '')
    WHERE type = 'table' AND name = 'attempt';
    PRAGMA writable_schema = RESET;
    """

  /// Throws unless ``causes`` found the check: the table's definition may have been edited.
  static func requireOpenCauses(_ database: Database) throws {
    let sql = try String.fetchOne(
      database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'attempt'")
    guard sql?.contains("CHECK (cause") == false else {
      throw DatabaseError(
        resultCode: .SQLITE_ERROR,
        message: "the definition of the table attempt is not the one that Quanta wrote")
    }
  }

  /// The word for where a result comes from.
  static func origin(_ column: String) -> String {
    "CASE WHEN attempt.machine IS NOT NULL THEN coalesce(\(column), 'run here') END"
  }

  /// `runs` and `attempts` with the origin in a last column.
  static let views = """
    DROP VIEW runs;
    \(SchemaV1.runs(
      scalars: SchemaV5.scalars(of: "job.accepted"),
      columns: ", quarantine.reason AS quarantine, \(origin("attempt.origin")) AS origin",
      joins: " LEFT JOIN quarantine ON quarantine.job = job.id"))

    DROP VIEW attempts;
    \(SchemaV4.attempts(columns: ", \(origin("attempt.origin")) AS origin"))
    """
}
