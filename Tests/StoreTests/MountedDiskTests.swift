import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

/// Whether this process may mount file systems; without that, these tests are skipped by name.
private let canMount: Bool = {
  guard getuid() == 0 else { return false }
  let folder = TemporaryFolder()
  guard mount("quanta-test", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
  return umount2(folder.path, Int32(MNT_DETACH)) == 0
}()

/// A small disk in memory.
private final class TemporaryDisk {
  let folder = TemporaryFolder()
  var path: String { folder.path }
  var store: String { folder.store }

  init(size: String) throws {
    try #require(mount("quanta-test", folder.path, "tmpfs", 0, "size=\(size)") == 0)
  }

  func makeReadOnly() throws {
    try #require(mount("", path, "", UInt(MS_REMOUNT | MS_RDONLY), "") == 0)
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
  }
}

@Suite(.serialized) struct MountedDiskTests {
  @Test(.enabled(if: canMount, "needs the right to mount a tmpfs"))
  func open_readOnlyDisk_readerWorksAndWriterSaysSo() throws {
    let disk = try TemporaryDisk(size: "16m")
    let store = try LedgerStore.forTest(at: disk.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    try store.complete(0, token: 1)
    try store.close()
    try disk.makeReadOnly()
    let reader = try StoreReader.open(at: disk.store)
    #expect(try reader.result(of: key(0)) == result(0))
    #expect(reader.isSnapshot)
    #expect(code { _ = try LedgerStore.forTest(at: disk.store) } == .readOnlyDisk)
    #expect(code { _ = try LedgerStore.forTest(at: disk.path + "/new") } == .readOnlyDisk)
  }

  @Test(.enabled(if: canMount, "needs the right to mount a tmpfs"))
  func read_readOnlyDiskWithUnmergedLog_readsItOrSaysWhatToCopy() throws {
    let disk = try TemporaryDisk(size: "16m")
    let origin = TemporaryFolder()
    let store = try LedgerStore.forTest(at: origin.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    try store.complete(0, token: 1)
    try FileManager.default.copyItem(atPath: origin.store, toPath: disk.store)
    try FileManager.default.copyItem(atPath: origin.store, toPath: disk.path + "/noshm")
    try FileManager.default.removeItem(atPath: disk.path + "/noshm/store.sqlite-shm")
    try disk.makeReadOnly()
    #expect(try StoreReader.open(at: disk.store).result(of: key(0)) == result(0))
    #expect(code { _ = try StoreReader.open(at: disk.path + "/noshm") } == .readOnlyDisk)
  }

  @Test(.enabled(if: canMount, "needs the right to mount a tmpfs"))
  func commit_fullDisk_throwsWritesNothingAndGoesOnWhenThereIsSpace() throws {
    let disk = try TemporaryDisk(size: "2m")
    let store = try LedgerStore.forTest(at: disk.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    let ballast = disk.path + "/ballast"
    _ = FileManager.default.createFile(atPath: ballast, contents: nil)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: ballast))
    while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
    try? handle.close()
    let large = result(0, rows: 10_000)
    #expect(code { try store.complete(0, token: 1, result: large) } == .diskFull)
    #expect(code { _ = try LedgerStore.forTest(at: disk.path + "/new") } == .diskFull)
    #expect(!FileManager.default.fileExists(atPath: disk.path + "/new"))
    #expect(
      code { try CheckpointFolder(store.layout).write([1, 2, 3], of: key(0)) } == .diskFull)
    #expect(try store.nextToken() == 1)
    try FileManager.default.removeItem(atPath: ballast)
    try store.complete(0, token: 1, result: large)
    #expect(try StoreReader.open(at: disk.store).result(of: key(0)) == large)
  }

  @Test(.enabled(if: getuid() == 0, "needs root, to become nobody for file access"))
  func open_withoutPermission_saysSo() throws {
    let folder = TemporaryFolder()
    try LedgerStore.forTest(at: folder.store).close()
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.store)
    let codes = try asNobody {
      (
        code { _ = try StoreReader.open(at: folder.store) },
        code { _ = try LedgerStore.forTest(at: folder.store) }
      )
    }
    #expect(codes == (.noPermission, .noPermission))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.store)
    let inReadableFolder = try asNobody {
      (
        code { _ = try StoreReader.open(at: folder.store) },
        code { _ = try LedgerStore.forTest(at: folder.store) }
      )
    }
    #expect(inReadableFolder == (nil, .noPermission))
  }

  @Test(.enabled(if: getuid() == 0, "needs root, to become nobody for file access"))
  func read_otherUsersStoreWhileItIsWritten_seesLaterCommits() throws {
    let folder = TemporaryFolder()
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    try store.queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    let reader = try #require(try asNobody { try? StoreReader.open(at: folder.store) })
    #expect(!reader.isSnapshot)
    try store.complete(0, token: 1)
    #expect(try reader.result(of: key(0)) == result(0))
  }

  /// Linux keeps the identity per thread, and `body` stays on this one; the C library's own
  /// functions would change it for all threads.
  private func asNobody<Result>(_ body: () -> Result) throws -> Result {
    typealias SystemCall = @convention(c) (Int, Int, Int, Int) -> Int
    let symbol = try #require(dlsym(nil, "syscall"))
    let systemCall = unsafeBitCast(symbol, to: SystemCall.self)
    #if arch(x86_64)
      let setresuid = 117
    #else
      let setresuid = 147
    #endif
    try #require(systemCall(setresuid, 65_534, 65_534, 0) == 0)
    let result = body()
    try #require(systemCall(setresuid, 0, 0, 0) == 0)
    return result
  }
}
