import Foundation
import Posix
public import SweepModel

/// Reads the logs of a store, also while a coordinator writes them. From any thread.
public struct LogReader: Sendable {
  private let folder: String

  /// The logs of a store.
  public init(_ layout: StoreLayout) {
    folder = layout.logs
  }

  /// The numbers of the attempts at a job that have printed anything, ascending.
  public func attempts(of key: JobKey) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(key.hex)")) ?? []
    return names.compactMap { $0.hasSuffix(".log") ? Int($0.dropLast(4)) : nil }.sorted()
  }

  /// Where an attempt's log lies, whether or not there is one.
  public func path(of key: JobKey, attempt number: Int) -> String {
    "\(folder)/\(key.hex)/\(number).log"
  }

  /// The last `limit` bytes of a log; empty when there is none.
  public func end(
    of key: JobKey, attempt number: Int, limit: Int = 1 << 16
  ) throws(StoreError) -> [UInt8] {
    var information = stat()
    guard lstat(path(of: key, attempt: number), &information) == 0 else { return [] }
    return try read(
      key, attempt: number, from: max(0, Int(information.st_size) - limit), limit: limit)
  }

  /// Up to `limit` bytes of a log from an offset; empty at its end and when there is no log yet.
  ///
  /// To follow a log, call it again from `offset + result.count`.
  public func read(
    _ key: JobKey, attempt number: Int, from offset: Int = 0, limit: Int = 1 << 20
  ) throws(StoreError) -> [UInt8] {
    let path = path(of: key, attempt: number)
    do throws(PosixError) {
      let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW)
      let available = max(0, Int(file.status.st_size) - offset)
      return try file.read(at: offset, count: min(limit, available))
    } catch {
      if error.code == ENOENT { return [] }
      throw .system(error.code, "read", path: path)
    }
  }
}
