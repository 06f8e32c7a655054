import GRDB

extension Database {
  /// Runs one statement, compiled once a connection.
  func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The rows of a query, compiled once a connection.
  func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
    try Row.fetchAll(try cachedStatement(sql: sql), arguments: arguments)
  }

  /// The first row of a query, compiled once a connection.
  func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
    try Row.fetchOne(try cachedStatement(sql: sql), arguments: arguments)
  }

  /// The first column of the first row, a whole number.
  func integer(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws
    -> Int?
  {
    try Int.fetchOne(try cachedStatement(sql: sql), arguments: arguments)
  }

  /// The row id of a name in a table `(id, name)`, added if it is new.
  func identifier(of name: String, in table: String) throws -> Int {
    if let known = try integer("SELECT id FROM \(table) WHERE name = ?", [name]) { return known }
    try run("INSERT INTO \(table) (name) VALUES (?)", [name])
    return Int(lastInsertedRowID)
  }
}

extension Row {
  /// A value by its column; throws where a damaged file holds none, or one of another type.
  func get<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: Int
  ) throws -> Value {
    try decode(atIndex: column)
  }

  /// A value by its column's name; throws as ``get(_:)-(Int)`` does.
  func get<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: String
  ) throws -> Value {
    try decode(forColumn: column)
  }

  /// A number that counts something: it can be added to others, whatever a damaged file says.
  func count(_ column: Int) throws -> Int {
    let count: Int = try get(column)
    guard (0...1 << 48).contains(count) else { throw unreadable("the count \(count)") }
    return count
  }
}

/// A stored text that this version cannot read: the file was edited or is damaged.
func unreadable(_ what: String) -> DatabaseError {
  DatabaseError(resultCode: .SQLITE_CORRUPT, message: "\(what) cannot be read")
}
