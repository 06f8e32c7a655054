import Basics
import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

/// Weights in a store: a file for each content, written before the row that names it.
@Suite final class WeightTests {
  private let folder = TemporaryFolder()

  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<4), at: 1)
    return store
  }

  private func reader() throws -> StoreReader { try StoreReader.open(at: folder.store) }

  private func content(_ number: Int) -> [UInt8] {
    Safetensors([.init("layers.0.bias", shape: [2], [Float(number), 1])]).bytes
  }

  private func kept(_ number: Int, _ contents: [Int]) -> JobResult {
    result(number).keeping(
      contents.enumerated().map {
        WeightSnapshot(step: 100 * $0.offset, content: content($0.element))
      })
  }

  private var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.store + "/weights")) ?? [])
      .sorted()
  }

  private func path(_ snapshot: WeightSnapshot) -> String {
    folder.store + "/weights/" + snapshot.hash
  }

  private func damage(_ snapshot: WeightSnapshot) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(snapshot))))
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path(snapshot)))
  }

  @Test func result_withWeights_isReadWithoutThem_andTheyByThemselves() throws {
    let store = try store()
    let recorded = kept(0, [7, 8])
    try store.complete(0, token: 1, result: recorded)
    try store.complete(1, token: 2, result: kept(1, [7, 9]))
    let reader = try reader()
    let read = try #require(try reader.result(of: key(0)))
    #expect(read == recorded && read.weights.allSatisfy { $0.content == nil })
    #expect(read.difference(from: recorded) == nil)
    #expect(try reader.weights(of: key(0)) == recorded.weights)
    #expect(try reader.content(of: recorded.weights[1]) == content(8))
    #expect(try reader.withContent(read).weights.map(\.content) == [content(7), content(8)])
    #expect(try reader.weights(of: key(2)).isEmpty)
    // The same content is one file.
    #expect(files == Set((recorded.weights + kept(1, [9]).weights).map(\.hash)).sorted())
    let rows = try store.queue.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT step, size, file, parameters ->> 'width' AS width FROM weights
          WHERE sweep = 'widths' ORDER BY position, step
          """)
    }
    #expect(rows.map { $0["step"] as Int } == [0, 100, 0, 100])
    #expect(rows.map { $0["width"] as Int } == [0, 0, 1, 1])
    #expect((rows[0]["file"] as String) == "weights/" + recorded.weights[0].hash)
    #expect((rows[0]["size"] as Int) == content(7).count)
  }

  /// Nothing is recorded of a result whose weights cannot be written.
  @Test func result_whoseWeightsCannotBeWritten_isNotRecorded() throws {
    let store = try store()
    try Data().write(to: URL(fileURLWithPath: folder.store + "/weights"))
    let attempt = attempt(0, token: 1)
    try store.commit([.leased(attempt, worker: "w")], at: 2)
    let recorded = kept(0, [7])
    #expect(
      code {
        try store.commit([.accepted(attempt)], completions: [completion(attempt, recorded)], at: 3)
      }
        != nil)
    #expect(try reader().result(of: key(0)) == nil)
    #expect(try reader().ledger(forJobs: [key(0)]).first?.open?.attempt == attempt)
    unlink(folder.store + "/weights")
    try store.commit([.accepted(attempt)], completions: [completion(attempt, recorded)], at: 4)
    #expect(try reader().result(of: key(0)) == recorded)
  }

  @Test func lateResult_withOtherWeights_disagrees() throws {
    let store = try store()
    let (first, second) = (attempt(0, 1, token: 1), attempt(0, 2, token: 2))
    try store.commit(
      [
        .leased(first, worker: "a"), .ended(first, .workerLost, message: ""),
        .leased(second, worker: "b"),
      ], at: 2)
    try store.commit(
      [.accepted(second)], completions: [completion(second, kept(0, [7, 8]))], at: 3)
    try store.commit([.late(first)], completions: [completion(first, kept(0, [7, 9]))], at: 4)
    let message = try #require(try reader().events().last?.message)
    #expect(message.contains("the weights after step 100 are others"), "\(message)")
    try store.commit([.late(first)], completions: [completion(first, kept(0, [7, 8]))], at: 5)
    #expect(try reader().attempts(of: key(0)).first?.outcome == .late(agrees: true))
  }

  @Test func difference_ofNumbers_namesTheFirst_andToleratesLittle() {
    let (one, other) = (kept(0, [7]), kept(0, [8]))
    #expect(
      one.difference(from: other)
        == "number 0 of layers.0.bias after step 0 is 8.0, recorded is 7.0")
    #expect(one.difference(from: other, tolerance: 0.2) == nil)
    #expect(one.difference(from: kept(0, [7, 8])) == "weights were kept after other steps")
  }

  @Test func damagedFile_isNeverUsed_andReplacedByTheRightContent() throws {
    let store = try store()
    let recorded = kept(0, [7, 8])
    try store.complete(0, token: 1, result: recorded)
    try damage(recorded.weights[0])
    let reader = try reader()
    #expect(code { _ = try reader.content(of: recorded.weights[0]) } == .corrupt)
    #expect(code { _ = try reader.withContent(recorded) } == .corrupt)
    unlink(path(recorded.weights[1]))
    #expect(code { _ = try reader.content(of: recorded.weights[1]) } == .corrupt)
    // Another result with that content heals it.
    try store.complete(1, token: 2, result: kept(1, [7, 8]))
    #expect(try reader.withContent(recorded).weights.map(\.content) == [content(7), content(8)])
    try damage(recorded.weights[0])
    #expect(try WeightFolder(store.layout).mend(recorded.weights[0]))
    #expect(try !WeightFolder(store.layout).mend(recorded.weights[0]))
    #expect(try reader.content(of: recorded.weights[0]) == content(7))
    let odd = WeightSnapshot(step: 0, hash: "../store.sqlite", size: 4096)
    #expect(code { _ = try reader.content(of: odd) } == .corrupt)
  }

  @Test func recordedRows_neverChange() throws {
    let store = try store()
    try store.complete(0, token: 1, result: kept(0, [7]))
    for sql in ["DELETE FROM snapshot", "UPDATE snapshot SET step = 3"] {
      #expect(throws: StoreError.self) { try store.write { try $0.execute(sql: sql) } }
    }
  }

  @Test func merge_bringsWeights_andLeavesOutWhatIsDamagedThere() throws {
    let store = try store()
    try store.complete(0, token: 1, result: kept(0, [7, 8]))
    try store.complete(1, token: 2, result: kept(1, [9]))
    try store.close()
    try damage(kept(1, [9]).weights[0])
    let other = try LedgerStore.forTest(at: folder.path + "/other")
    let source = try reader()
    try StoreCopy.copyWeights(source.weightHashes(), from: source.layout, to: other.layout)
    let report = try other.merge(source, at: 9) { source, _ in source }
    #expect(report.adopted.map(\.key) == [key(0)])
    #expect(report.leftOut.map(\.key) == [key(1)])
    #expect(report.leftOut.first?.reason.contains("damaged or missing there") == true)
    let merged = try StoreReader.open(at: other.layout.directory)
    let result = try #require(try merged.result(of: key(0)))
    #expect(try merged.withContent(result).weights.map(\.content) == [content(7), content(8)])
    #expect(try merged.result(of: key(1)) == nil)
  }

  @Test func copy_hasTheWeights() throws {
    let store = try store()
    try store.complete(0, token: 1, result: kept(0, [7, 8]))
    try StoreCopy.write(reader(), to: folder.path + "/copy")
    let copy = try StoreReader.open(at: folder.path + "/copy")
    let result = try #require(try copy.result(of: key(0)))
    #expect(try copy.withContent(result).weights.map(\.content) == [content(7), content(8)])
    #expect(StoreFiles(copy.layout).weights.count == 2)
  }

  @Test func discardedWeights_stayUntilTheyArePruned() throws {
    let store = try store()
    try store.complete(0, token: 1, result: kept(0, [7, 8]))
    try store.complete(1, token: 2, result: kept(1, [8]))
    try store.discard([key(0)], reason: "r", at: 5)
    let reader = try reader()
    #expect(try reader.weightHashes().count == 2)
    #expect(try reader.weights(of: key(0)).isEmpty)
    #expect(try store.prune(unlisted: [], discarded: true, at: 6) == 1)
    #expect(try reader.weightHashes() == [kept(1, [8]).weights[0].hash])
    try StoreFiles(store.layout).removeWeights(kept(0, [7]).weights[0].hash)
    #expect(files == [kept(1, [8]).weights[0].hash])
    #expect(try reader.weightHashes(listed: true).count == 1)
    _ = try store.register(sweep("widths", 2..<4), at: 7)
    #expect(try reader.weightHashes(listed: true).isEmpty)
  }
}
