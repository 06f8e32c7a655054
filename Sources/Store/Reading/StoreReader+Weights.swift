import GRDB
public import SweepModel

extension StoreReader {
  /// The weights of a job's recorded result by step, ascending, without their content; none where it
  /// keeps none or is not done.
  public func weights(of key: JobKey) throws(StoreError) -> [WeightSnapshot] {
    try read { database in
      guard let accepted = try Self.accepted(database, key) else { return [] }
      return try ResultRows(database: database).weights(token: accepted)
    }
  }

  /// The content of weights, checked against their hash. Throws `corrupt` where the file is missing or
  /// damaged.
  public func content(of snapshot: WeightSnapshot) throws(StoreError) -> [UInt8] {
    try WeightFolder(layout).read(snapshot).content ?? []
  }

  /// A result with the content of its weights, checked.
  public func withContent(_ result: JobResult) throws(StoreError) -> JobResult {
    var weights: [WeightSnapshot] = []
    for snapshot in result.weights { weights.append(try WeightFolder(layout).read(snapshot)) }
    return result.keeping(weights)
  }

  /// The hashes of all weights that results name, discarded ones too; without those of results that no
  /// sweep lists where `listed` asks for it.
  public func weightHashes(listed: Bool = false) throws(StoreError) -> Set<String> {
    try read { database in
      guard try StoreSchema.version(database) >= StoreSchema.knowsWeights else { return [] }
      let unlisted = """
        WHERE attempt NOT IN (
          SELECT accepted FROM job WHERE accepted IS NOT NULL AND \(Self.isUnlisted))
        """
      return Set(
        try String.fetchAll(
          try database.cachedStatement(
            sql: "SELECT DISTINCT hash FROM snapshot \(listed ? unlisted : "")")))
    }
  }
}
