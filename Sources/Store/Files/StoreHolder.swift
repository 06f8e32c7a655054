import Foundation

/// The process that has a store open for writing, as the lock's text and this machine's kernel tell.
public struct StoreHolder: Hashable, Sendable {
  /// Its number.
  public let process: Int32
  /// Whether it is stopped, as Ctrl-Z or SIGSTOP do: it holds the store and does nothing.
  public let isSuspended: Bool

  /// Nil when nobody holds the store, or somebody on another machine does.
  public init?(_ layout: StoreLayout) {
    guard let text = StoreQueue.holder(layout),
      let match = text.prefixMatch(of: #/process (?<process>[0-9]+) on (?<host>[^,]+),/#),
      match.host == ProcessInfo.processInfo.hostName, let process = Int32(match.process),
      let state = Self.state(of: process)
    else { return nil }
    self.process = process
    isSuspended = state == "T" || state == "t"
  }

  /// The kernel's letter for what a process does: the first word after its name in parentheses, which
  /// may itself hold any character.
  private static func state(of process: Int32) -> Character? {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/stat"),
      let end = bytes.lastIndex(of: UInt8(ascii: ")")), end + 2 < bytes.endIndex
    else { return nil }
    return Character(Unicode.Scalar(bytes[end + 2]))
  }
}
