import Glibc
import Posix

/// Why a SQLite file cannot be read, a sentence.
struct SQLiteDamage: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The pages of a SQLite file as the last whole transaction left them: those of the file, of a
/// write-ahead log the newest that were committed, of a rollback journal that nobody has played back
/// the old ones. Nothing is written and nobody is locked out; whoever reads looks at ``stamp`` before
/// and after.
final class SQLitePages {
  private static let logLimit = 1 << 30

  let pageSize: Int
  /// Bytes of a page that hold content.
  let usableSize: Int
  private let file: Descriptor
  private let path: String
  private let size: Int
  /// Where newer or older pages than the file's stand.
  private var overlay: [Int: (file: Descriptor, offset: Int)] = [:]
  private var cache: [Int: [UInt8]] = [:]

  init(path: String) throws(SQLiteDamage) {
    let file: Descriptor
    do throws(PosixError) {
      guard let found = try RegularFile.open(path) else { throw PosixError("is not there") }
      file = found
    } catch {
      throw SQLiteDamage("it \(error).")
    }
    let header = (try? file.read(at: 0, count: 100)) ?? []
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw SQLiteDamage("it does not begin as a SQLite file does.")
    }
    let written = Int(header[16...17].bigEndian)
    pageSize = written == 1 ? 65536 : written
    usableSize = pageSize - Int(header[20])
    guard pageSize >= 512, pageSize.nonzeroBitCount == 1, usableSize >= 480 else {
      throw SQLiteDamage("its header names no size of pages.")
    }
    let encoding = header[56...59].bigEndian
    guard encoding <= 1 else {
      throw SQLiteDamage("its texts are in UTF-16, which is not read; UTF-8 is.")
    }
    self.file = file
    self.path = path
    size = Int(file.status.st_size)
    readLog()
    readJournal()
  }

  /// What tells that nobody has written meanwhile.
  static func stamp(_ path: String) -> [Int] {
    [path, path + "-wal", path + "-journal"].flatMap { path -> [Int] in
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return [-1] }
      return [
        Int(truncatingIfNeeded: status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
        status.st_mtim.tv_nsec,
      ]
    }
  }

  private static func open(_ path: String) -> Descriptor? { (try? RegularFile.open(path)) ?? nil }

  /// The pages of a file, as far as they may be there.
  var pageCount: Int { (size + pageSize - 1) / pageSize + overlay.count }

  /// A page, from 1.
  func page(_ number: Int) throws(SQLiteDamage) -> [UInt8] {
    if let page = cache[number] { return page }
    let page: [UInt8]?
    if let place = overlay[number] {
      page = try? place.file.read(at: place.offset, count: pageSize)
    } else {
      let (offset, overflows) = (number - 1).multipliedReportingOverflow(by: pageSize)
      guard number > 0, !overflows, offset < size else {
        throw SQLiteDamage("page \(number) is beyond its end.")
      }
      page = try? file.read(at: offset, count: pageSize)
    }
    guard let page, page.count == pageSize else {
      throw SQLiteDamage("page \(number) is not whole.")
    }
    if cache.count >= 512 { cache = [:] }
    cache[number] = page
    return page
  }

  /// Finds the pages of committed transactions in the write-ahead log.
  private func readLog() {
    guard let log = Self.open(path + "-wal"), log.status.st_size < Self.logLimit,
      let header = try? log.read(at: 0, count: 32), header.count == 32
    else { return }
    let magic = header[0...3].bigEndian
    guard magic & ~1 == 0x377F_0682, header[8...11].bigEndian == UInt64(pageSize) else { return }
    var sum = LogChecksum(isBigEndian: magic & 1 == 1)
    sum.add(header[0..<24])
    guard sum.isValue(header[24..<32]) else { return }
    var pending: [Int: (file: Descriptor, offset: Int)] = [:]
    var offset = 32
    while let frame = try? log.read(at: offset, count: 24 + pageSize),
      frame.count == 24 + pageSize, frame[8..<16].elementsEqual(header[16..<24])
    {
      sum.add(frame[0..<8])
      sum.add(frame[24...])
      guard sum.isValue(frame[16..<24]) else { return }
      pending[Int(frame[0...3].bigEndian)] = (log, offset + 24)
      offset += frame.count
      // The last frame of a transaction says how large the file then is.
      if frame[4...7].bigEndian != 0 {
        overlay.merge(pending) { $1 }
        pending = [:]
      }
    }
  }

  /// Finds the pages that a transaction which never ended had changed in the file: the journal has parts,
  /// each with a header, one for every time that pages had to leave memory.
  private func readJournal() {
    guard let journal = Self.open(path + "-journal"), journal.status.st_size < Self.logLimit else {
      return
    }
    var offset = 0
    while let header = try? journal.read(at: offset, count: 28), header.count == 28,
      header[0..<8].elementsEqual([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]),
      header[24...27].bigEndian == UInt64(pageSize)
    {
      let sector = Int(header[20...23].bigEndian)
      guard sector >= 28, sector <= 1 << 16 else { return }
      offset += sector
      let isWhole = readRecords(
        of: journal, count: header[8...11].bigEndian, nonce: UInt32(header[12...15].bigEndian),
        at: &offset)
      guard isWhole else { return }
      offset = (offset + sector - 1) / sector * sector
    }
  }

  /// Whether all records of a part of the journal are whole.
  private func readRecords(
    of journal: Descriptor, count: UInt64, nonce: UInt32, at offset: inout Int
  ) -> Bool {
    var number: UInt64 = 0
    while number < count {
      guard let record = try? journal.read(at: offset, count: pageSize + 8),
        record.count == pageSize + 8
      else { return false }
      let content = record[4..<4 + pageSize]
      var sum = nonce
      for place in stride(from: pageSize - 200, to: 0, by: -200) {
        sum &+= UInt32(content[content.startIndex + place])
      }
      guard record.suffix(4).bigEndian == UInt64(sum) else { return false }
      let page = Int(record[0...3].bigEndian)
      if overlay[page] == nil { overlay[page] = (journal, offset + 4) }
      offset += record.count
      number += 1
    }
    return true
  }
}

/// The checksum of a write-ahead log: two sums over words of four bytes.
private struct LogChecksum {
  private let isBigEndian: Bool
  private var first: UInt32 = 0
  private var second: UInt32 = 0

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    for place in stride(from: bytes.startIndex, to: bytes.endIndex - 7, by: 8) {
      first = first &+ word(bytes[place..<place + 4]) &+ second
      second = second &+ word(bytes[place + 4..<place + 8]) &+ first
    }
  }

  func isValue(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.prefix(4).bigEndian == UInt64(first) && bytes.suffix(4).bigEndian == UInt64(second)
  }

  private func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    UInt32(isBigEndian ? bytes.bigEndian : bytes.littleEndian)
  }
}
