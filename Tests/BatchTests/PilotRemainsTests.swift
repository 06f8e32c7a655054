import Foundation
import SweepModel
import Testing
import Transport

@testable import Batch

/// What pilots leave behind, and how it goes.
@Suite struct PilotRemainsTests {
  private static func remains(in folder: String) -> PilotRemains {
    let login = HostSpec(name: "login", access: .local, workFolder: folder)
    let pool = PoolSpec(
      name: "lent", login: login, request: BatchRequest(of: BatchSystem(), seconds: 60, count: 1))
    let script = BatchScript(
      pool: pool, folder: folder, session: "abc",
      binary: WorkerBinary(path: "", hash: "f00", architecture: "", sizeBytes: 0))
    return PilotRemains(script: script, login: HostTransport(login: login), timeoutSeconds: 60)
  }

  /// More names, and longer ones, than a command line holds.
  @Test func filesOfThousandsOfPilots_areRemoved_andNothingElse() throws {
    let folder = NSTemporaryDirectory() + "quanta-remains-" + UUID().uuidString
    let remains = Self.remains(in: folder)
    let files = FileManager.default
    defer { try? files.removeItem(atPath: folder) }
    try files.createDirectory(
      atPath: remains.script.mailFolder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let pilots = (0..<20_000).map { PilotName(job: 17, index: $0) }
    for pilot in pilots.suffix(10) + pilots.prefix(10) {
      try Data().write(to: URL(fileURLWithPath: remains.script.output(of: pilot)))
    }
    let kept = "\(remains.script.sessionFolder)/pilot-18_0.out"
    try Data().write(to: URL(fileURLWithPath: kept))
    remains.removeFiles(of: pilots, mailboxes: pilots, areOver: false)
    let left = try files.contentsOfDirectory(atPath: remains.script.sessionFolder)
    #expect(left == ["pilot-18_0.out"])
  }

  @Test func parts_areEmptied_butForWhatTheyHaveNotTold() throws {
    let folder = NSTemporaryDirectory() + "quanta-remains-" + UUID().uuidString
    let remains = Self.remains(in: folder)
    let files = FileManager.default
    defer { try? files.removeItem(atPath: folder) }
    let part = "\(remains.script.sessionFolder)/h-1-pilot-17_3.0.21"
    for name in ["checkpoints", "jobs/a/b", "spool"] {
      try files.createDirectory(
        atPath: "\(part)/\(name)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try Data().write(to: URL(fileURLWithPath: "\(part)/\(name)/file"))
    }
    #expect(remains.parts() == [.init(path: part, pilot: PilotName(job: 17, index: 3))])
    let away = PilotRemains.Part(path: part + "-gone", pilot: PilotName(job: 17, index: 4))
    remains.empty([away] + remains.parts())
    let left = try files.subpathsOfDirectory(atPath: part).sorted()
    #expect(left == ["checkpoints", "jobs", "spool", "spool/file"])
  }
}
