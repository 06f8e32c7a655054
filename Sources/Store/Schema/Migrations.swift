import GRDB

/// The history of the schema, and the marks by which a file is known as a store.
enum StoreSchema {
  /// SQLite's application id of a store: `Quan` in ASCII.
  static let applicationID = 0x5175_616E

  /// Migrations in the order in which they were released; only ever appended to.
  ///
  /// `user_version` counts them, so that a file tells its age without a query on its tables.
  static let migrations: [(name: String, sql: [String])] = [
    (
      "1 sweeps, jobs, attempts and results",
      [SchemaV1.tables, SchemaV1.counters, SchemaV1.rules, SchemaV1.views]
    ),
    ("2 quarantine", [SchemaV2.quarantine, SchemaV2.counters, SchemaV2.views]),
    ("3 images", [SchemaV3.images]),
    ("4 discarded results", [SchemaV4.superseded, SchemaV4.rules, SchemaV4.views]),
    ("5 exact numbers in views", [SchemaV5.views]),
    (
      "6 amounts, data sets, causes and origins",
      [SchemaV6.sweeps, SchemaV6.attempts, SchemaV6.causes, SchemaV6.views]
    ),
    ("7 weights", [SchemaV7.snapshots, SchemaV7.views]),
  ]

  /// The oldest schema that a reader understands; a writer brings any up to date.
  static let oldestReadable = 3
  /// The schema since which results can have been discarded.
  static let knowsDiscarded = 4
  /// The schema since which sweeps have ``SchemaV6/amounts`` and attempts an origin.
  static let knowsOrigin = 6
  /// The schema since which results can hold weights.
  static let knowsWeights = 7

  /// The schema of an open database; a run may bring it up to date while it is read.
  static func version(_ database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
  }

  /// Where a result comes from, as SQL over `attempt`; NULL for an attempt without one.
  static func origin(_ database: Database) throws -> String {
    SchemaV6.origin(try version(database) >= knowsOrigin ? "attempt.origin" : "NULL")
  }

  /// Brings a database up to date, each step wholly or not at all.
  static func migrate(_ queue: DatabaseQueue, path: String) throws {
    do {
      try migrator.migrate(queue)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
      throw StoreError(
        .olderVersion, path: path,
        message: "The store \(path) cannot be brought up to this version: "
          + "\(error.message ?? "SQLite refuses it").",
        remedy: "Nothing in it is lost. If that names a view, trigger or index of yours, drop it "
          + "(`sqlite3 \(path) 'DROP VIEW NAME'`), run the command again, and make it anew from "
          + "what the tables and views have then (`sqlite3 \(path) .schema`).")
    }
  }

  /// The migrator over ``migrations``.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { database in
        for sql in migration.sql { try database.execute(sql: sql) }
        if index + 1 == knowsOrigin { try SchemaV6.requireOpenCauses(database) }
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    return migrator
  }

  /// Throws when an open database is another application's or of a newer version.
  static func check(_ database: Database, path: String) throws {
    try check(
      applicationID: Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
      userVersion: Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0, path: path)
    if try migrator.hasBeenSuperseded(database) {
      throw newerVersion(path, detail: "it has migrations that this version does not know")
    }
  }

  /// Throws when a header is another application's or of a newer version.
  static func check(applicationID: Int, userVersion: Int, path: String) throws(StoreError) {
    guard applicationID == StoreSchema.applicationID else {
      throw StoreError(
        .otherApplication, path: path,
        message: "\(path) is an SQLite file of another application.",
        remedy: "Give the folder of a store with --store.")
    }
    guard userVersion <= migrations.count else {
      throw newerVersion(
        path, detail: "schema \(userVersion); this version knows \(migrations.count)")
    }
  }

  private static func newerVersion(_ path: String, detail: String) -> StoreError {
    StoreError(
      .newerVersion, path: path,
      message: "The store \(path) was written by a newer version of Quanta (\(detail)).",
      remedy: "Use that version, or a newer one.")
  }
}
