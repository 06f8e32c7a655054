package import Store
package import SweepModel

/// What of a store nobody needs any more, by the command that removes it.
package struct Freeable {
  package struct Row: Encodable {
    package let what: String
    package let number: Int
    package let bytes: Int
    package let command: String

    package var text: String { "\(number) \(what)" }
  }

  /// Results that no sweep lists.
  package let unlistedResults: Set<JobKey>
  /// Jobs whose logs go with them, or that the store does not know.
  package let strayLogs: Set<JobKey>
  /// Jobs that need no checkpoint: done, in no sweep, or unknown.
  package let strayCheckpoints: Set<JobKey>
  /// Data sets that no job of a sweep reads, by hash.
  package let strayData: Set<String>
  /// Weights that no listed or discarded result names, by hash.
  package let strayWeights: Set<String>
  /// Jobs of sweeps that are done and have logs.
  package let logsOfDone: Set<JobKey>
  package let rows: [Row]

  package init(_ reader: StoreReader) throws {
    try self.init(reader, files: StoreFiles(reader.layout), inventory: reader.inventory())
  }

  package init(_ reader: StoreReader, files: StoreFiles, inventory: StoreInventory) throws {
    let all = try reader.allKeys()
    let done = try reader.doneKeys()
    let unlisted = try reader.unlistedKeys()
    unlistedResults = unlisted.intersection(done)
    let isStray = { (key: JobKey) in unlisted.contains(key) || !all.contains(key) }
    strayLogs = Set(files.logs.bytes.keys.filter(isStray))
    strayCheckpoints = Set(
      files.checkpoints.bytes.keys.filter { isStray($0) || done.contains($0) })
    logsOfDone = Set(files.logs.bytes.keys.filter { done.contains($0) }).subtracting(strayLogs)
    if files.data.isEmpty {
      strayData = []
    } else {
      let used = Set(try reader.words().compactMap { DataSet(name: $0)?.hash })
      strayData = Set(files.data.keys).subtracting(used)
    }
    strayWeights =
      files.weights.isEmpty
      ? [] : Set(files.weights.keys).subtracting(try reader.weightHashes(listed: true))
    func row(_ noun: String, _ rest: String, _ number: Int, _ bytes: Int, _ command: String) -> Row?
    {
      guard number > 0 else { return nil }
      let what = "\(noun)\(number == 1 ? "" : "s")\(rest)"
      return Row(what: what, number: number, bytes: bytes, command: command)
    }
    func bytes(_ keys: Set<JobKey>, _ group: StoreFiles.Group) -> Int {
      keys.reduce(0) { $0 + (group.bytes[$1] ?? 0) }
    }
    // Those of a run that lives are being written.
    let drafts = LiveFile(reader.layout).isCoordinatorAlive ? (0, 0) : files.drafts
    let prune = "quanta store prune"
    rows = [
      row(
        "result", " that no sweep lists", unlistedResults.count, inventory.unlistedBytes, prune),
      row(
        "log folder", " of jobs in no sweep", strayLogs.count, bytes(strayLogs, files.logs), prune),
      row(
        "checkpoint", " that nobody goes on from", strayCheckpoints.count,
        bytes(strayCheckpoints, files.checkpoints), prune),
      row("checkpoint", " that a killed run has half written", drafts.0, drafts.1, prune),
      row(
        "data set", " that no sweep reads", strayData.count,
        strayData.reduce(0) { $0 + (files.data[$1] ?? 0) }, prune),
      row(
        "file", " of weights that no listed result names", strayWeights.count,
        strayWeights.reduce(0) { $0 + (files.weights[$1] ?? 0) }, prune),
      row(
        "discarded result", "", inventory.discarded, inventory.discardedBytes,
        prune + " --discarded"),
      row(
        "log folder", " of done jobs", logsOfDone.count, bytes(logsOfDone, files.logs),
        prune + " --logs"
      ),
    ].compactMap(\.self)
  }
}
