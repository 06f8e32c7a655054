import Glibc
import Metrics
import Posix
import Testing

/// A folder of a test, gone with it.
final class Scratch {
  let path: String

  init() throws {
    path = "/tmp/quanta-metrics-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    try makeFolders(path)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    for name in Descriptor.names(in: path) {
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { remove(inner) }
    }
    rmdir(path)
  }

  /// Writes a file anew, or at its end.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String, appending: Bool = false) throws -> String {
    let file = "\(path)/\(name)"
    if let slash = file.lastIndex(of: "/") { try makeFolders(String(file[..<slash])) }
    let flags = O_WRONLY | O_CREAT | (appending ? O_APPEND : O_TRUNC)
    try Descriptor(opening: file, flags).writeAll(bytes)
    return file
  }

  @discardableResult
  func write(_ text: String, to name: String, appending: Bool = false) throws -> String {
    try write(Array(text.utf8), to: name, appending: appending)
  }
}

extension MetricBook {
  /// The rows of a series as pairs, for comparing.
  func rows(_ name: String) -> [[Double]] {
    guard let series = self[name] else { return [] }
    return zip(series.steps, series.values).map { [Double($0), $1] }
  }
}

extension MetricReader {
  /// What one look finds.
  mutating func book(isFinal: Bool = true) -> MetricBook {
    var book = MetricBook()
    read(into: &book, isFinal: isFinal)
    return book
  }
}
