import Foundation
import Posix
import Testing

@Suite final class FileTests {
  private let folder =
    FileManager.default.temporaryDirectory.path + "/quanta-posix-" + UUID().uuidString

  init() { mkdir(folder, 0o700) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test(arguments: [true, false])
  func write_overAFile_replacesItWholeAndLeavesNothingElse(isDurable: Bool) throws {
    let path = folder + "/file"
    for content in [[1, 2, 3] as [UInt8], [], [UInt8](repeating: 7, count: 200_000)] {
      try AtomicFile.write(content, to: path, isDurable: isDurable)
      #expect(try AtomicFile.read(path) == content)
      #expect(names == ["file"])
    }
    #expect(try AtomicFile.read(path, limit: 5) == [7, 7, 7, 7, 7])
  }

  @Test func write_whereAFolderIs_failsAndLeavesNothing() throws {
    let path = folder + "/taken"
    mkdir(path, 0o700)
    #expect(throws: PosixError.self) { try AtomicFile.write([1], to: path, isDurable: true) }
    #expect(names == ["taken"])
    #expect(throws: PosixError.self) { try AtomicFile.read(path) }
    #expect(try AtomicFile.read(folder + "/none") == nil)
  }

  @Test func read_ofALinkOrAFIFO_isRefusedAtOnce() {
    symlink("/etc/passwd", folder + "/link")
    mkfifo(folder + "/fifo", 0o600)
    #expect(throws: PosixError.self) { try AtomicFile.read(folder + "/link") }
    #expect(throws: PosixError.self) { try AtomicFile.read(folder + "/fifo") }
  }

  @Test func descriptor_readsToTheEndOrTheLimit() throws {
    let path = folder + "/file"
    try AtomicFile.write([UInt8](repeating: 1, count: 100_000), to: path, isDurable: false)
    #expect(try Descriptor(opening: path).readAll().count == 100_000)
    #expect(try Descriptor(opening: path).readAll(limit: 70_000).count == 70_001)
    #expect(try Descriptor(opening: path).read(at: 99_990, count: 50).count == 10)
  }

  @Test func names_ofAFolder_areSortedAndNoneWhereThereIsNone() {
    for name in ["b", "a", ".c"] { mkdir("\(folder)/\(name)", 0o700) }
    #expect(Descriptor.names(in: folder) == [".c", "a", "b"])
    #expect(Descriptor.names(in: folder + "/none") == [])
  }

  /// A terminal's or a pipe's descriptor may have been made non-blocking by somebody else.
  @Test func readAll_ofANonBlockingPipe_waitsForItsEnd() throws {
    let (reading, writing) = try makePipe()
    reading.makeNonBlocking()
    let child = try Child(["/bin/sh", "-c", "echo one; sleep 0.05; echo two"], output: writing)
    writing.close()
    #expect(String(decoding: try reading.readAll(), as: UTF8.self) == "one\ntwo\n")
    #expect(child.wait().code == 0)
  }

  @Test func descriptor_withItsLastReference_isClosedOnce() throws {
    let (reading, writing) = try makePipe()
    reading.makeNonBlocking()
    #expect(try reading.readSome() == nil, "nothing is there yet")
    writing.close()
    writing.close()
    #expect(try reading.readSome() == [], "the end")
    #expect(fcntl(reading.number, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test func waker_wokenBeforeAnybodyWaits_isKeptOnce() {
    let waker = Waker()
    waker.wake()
    var entries = [pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)]
    #expect(waitForEvents(&entries, until: Deadline(secondsFromNow: 60)))
    waker.clear()
    #expect(!waitForEvents(&entries, until: Deadline(secondsFromNow: 0)))
  }
}
