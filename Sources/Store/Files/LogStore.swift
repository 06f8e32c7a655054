import Foundation
import Posix
public import SweepModel
import Synchronization

/// Collects what attempts print into `logs/KEY/N.log`; used by the coordinator.
///
/// Bounded three ways: an attempt's log ends with a notice at a cap, each attempt holds at most
/// 64 KiB in memory, and all together hold at most 8 MiB. Bytes in memory are lost when the
/// process dies; ``flush()`` writes them. No file stays open between calls. Thread-safe.
public final class LogStore: Sendable {
  private let folder: String
  private let capBytes: Int
  private let state = Mutex(State())

  private struct State {
    var open: [Name: Buffer] = [:]
    var bufferedBytes = 0
  }

  private struct Name: Hashable {
    let key: JobKey
    let number: Int
  }

  private struct Buffer {
    /// Bytes of the file and the buffer together, the notice left out.
    var size: Int
    var bytes: [UInt8] = []
  }

  private static let bufferBytes = 64 << 10
  private static let totalBytes = 8 << 20

  /// The logs of a store. An attempt's log holds at most `capBytes` bytes and a notice.
  public init(_ layout: StoreLayout, capBytes: Int = 16 << 20) {
    folder = layout.logs
    self.capBytes = capBytes
  }

  /// The text at the end of a log that had more to say.
  public static func truncationNotice(capBytes: Int) -> String {
    "\n[quanta: this log was cut off at \(capBytes) bytes]\n"
  }

  /// Adds to the log of an attempt. What lies beyond the cap is dropped.
  public func append(_ bytes: [UInt8], of key: JobKey, attempt number: Int) throws(StoreError) {
    guard !bytes.isEmpty else { return }
    let name = Name(key: key, number: number)
    try state.withLock { state throws(StoreError) in
      var buffer = state.open[name] ?? Buffer(size: size(of: name))
      guard buffer.size <= capBytes else { return }
      let taken = bytes.prefix(capBytes - buffer.size)
      let before = buffer.bytes.count
      buffer.bytes += taken
      buffer.size += taken.count
      if taken.count < bytes.count {
        buffer.bytes += Array(Self.truncationNotice(capBytes: capBytes).utf8)
        buffer.size = capBytes + 1
      }
      state.bufferedBytes += buffer.bytes.count - before
      state.open[name] = buffer
      if buffer.bytes.count >= Self.bufferBytes { try flush(name, &state) }
      if state.bufferedBytes > Self.totalBytes { try flushAll(&state) }
    }
  }

  /// Writes what is in memory, so that `quanta logs -f` sees it.
  public func flush() throws(StoreError) {
    try state.withLock { state throws(StoreError) in try flushAll(&state) }
  }

  /// Writes what is in memory for an attempt that is over, and forgets it.
  public func finish(_ key: JobKey, attempt number: Int) throws(StoreError) {
    let name = Name(key: key, number: number)
    try state.withLock { state throws(StoreError) in
      try flush(name, &state)
      state.open[name] = nil
    }
  }

  private func flushAll(_ state: inout State) throws(StoreError) {
    for name in state.open.keys { try flush(name, &state) }
  }

  private func flush(_ name: Name, _ state: inout State) throws(StoreError) {
    guard let bytes = state.open[name]?.bytes, !bytes.isEmpty else { return }
    let path = path(of: name)
    try DurableFile.makeDirectory("\(folder)/\(name.key.hex)")
    let file = try DurableFile.open(path, O_WRONLY | O_CREAT | O_APPEND, for: "write")
    // A log that cannot be written must not fill the memory: its bytes go either way.
    state.bufferedBytes -= bytes.count
    state.open[name]?.bytes = []
    try DurableFile.explaining("write", path) { () throws(PosixError) in try file.writeAll(bytes) }
  }

  private func path(of name: Name) -> String { "\(folder)/\(name.key.hex)/\(name.number).log" }

  private func size(of name: Name) -> Int {
    var information = stat()
    return stat(path(of: name), &information) == 0 ? Int(information.st_size) : 0
  }
}
