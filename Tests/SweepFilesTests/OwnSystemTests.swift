import Foundation
import SweepModel
import Testing

@testable import SweepFiles

/// Pools of batch systems that a person's own file describes.
@Suite struct OwnSystemTests {
  private let folder = NSTemporaryDirectory() + "quanta-system-" + UUID().uuidString

  private func read(_ pool: String, own: String?) throws -> Result<PoolSpec, FileError> {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    try own?.write(toFile: folder + "/ourpbs.yaml", atomically: true, encoding: .utf8)
    try "pools: [\(pool)]".write(
      toFile: folder + "/cluster.yaml", atomically: true, encoding: .utf8)
    do throws(FileError) {
      return .success(try ClusterFile.read(path: folder + "/cluster.yaml").pools[0])
    } catch {
      return .failure(error)
    }
  }

  private func ourPBS() throws -> String {
    try #require(BatchSystems.text(of: "pbs")).replacing("name: pbs", with: "name: ourpbs")
      .replacing("queue: the queue;", with: "line: the queue;")
      .replacing("[-q, \"{queue}\"]", with: "[-q, \"{line}\"]")
  }

  @Test func file_isRead_fromTheFolderOfTheClusterFile() throws {
    let pool = try read(
      "{system: ./ourpbs.yaml, ask: {time: 4h, cores: 8, line: long, skip: mem}, link: mail}",
      own: ourPBS()
    ).get()
    #expect(pool.name == "long" && pool.request.system.name == "ourpbs")
    #expect(pool.request.system.origin == folder + "/ourpbs.yaml")
    #expect(pool.request.terms == ["line": "long"] && pool.request.skip == ["mem"])
    #expect(pool.login.limits.threads == 8 && pool.request.seconds == 14_400)
  }

  @Test(arguments: [
    ("{system: ./ourpbs.yaml}", "cluster.yaml:1:9: the pool says no \"ask\""),
    ("{ask: {time: 4h, cores: 8}}", "cluster.yaml:1:9: the pool says no \"system\""),
    (
      "{system: ./ourpbs.yaml, ask: {time: 4h, cores: 8}, pbs: {time: 4h, cores: 8}}",
      "the pool names pbs and a system of your own"
    ),
    (
      "{system: ./ourpbs.yml2, ask: {time: 4h, cores: 8}}",
      "cluster.yaml:1:18: \"system\": FOLDER/ourpbs.yml2: no such file; did you mean \"FOLDER/ourpbs.yaml\"?"
    ),
    (
      "{system: ./ourpbs.yaml, ask: {time: 4h, cores: 8, queue: x}}",
      "it is a word of PBS's; PBS has line"
    ),
    (
      "{system: ./ourpbs.yaml, ask: {time: 4h, cores: 8, login: x}}", "it belongs beside ask"
    ),
    (
      "{system: ./ourpbs.yaml, ask: {time: 4h, cores: 8, skip: gres}}", "it may list: select, shell"
    ),
  ])
  func mistakeOfThePool_isNamedAtItsPlace(pool: String, part: String) throws {
    let result = try read(pool, own: ourPBS())
    let part = part.replacing("FOLDER", with: folder)
    guard case .failure(let error) = result else {
      Issue.record("it is taken")
      return
    }
    #expect(error.description.contains(part), "\(error)")
  }

  @Test func mistakesOfTheFile_areNamedThere() throws {
    let own = try ourPBS().replacing("submit: [qsub]", with: "sumbit: [qsub]")
      .replacing("walltime={hours}", with: "walltime={hour}")
    let result = try read("{system: ./ourpbs.yaml, ask: {time: 4h, cores: 8}}", own: own)
    guard case .failure(let error) = result else {
      Issue.record("it is taken")
      return
    }
    #expect(
      error.description.contains(
        "ourpbs.yaml:13:1: unknown key \"sumbit\"; did you mean \"submit\"?"), "\(error)")
    #expect(error.description.contains("wants a value that is none: \"hour\""), "\(error)")
  }

  @Test func givenFiles_arePrintedWhole() {
    #expect(BatchSystems.text(of: "lsf")?.contains("name: lsf\n") == true)
    #expect(BatchSystems.text(of: "none") == nil)
  }

  @Test func schema_knowsTheKeys_andLeavesThoseOfTheFileOpen() {
    let schema = Schema.cluster()
    #expect(schema.contains("\"system\": {") && schema.contains("\"ask\": {"))
  }
}
