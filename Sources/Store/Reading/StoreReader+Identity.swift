import GRDB

extension StoreReader {
  /// The store's identity, 32 hexadecimal digits: workers belong to it, wherever it is copied.
  public func session() throws(StoreError) -> String {
    try read { database in
      try String.fetchOne(database, sql: "SELECT session FROM identity") ?? ""
    }
  }
}
