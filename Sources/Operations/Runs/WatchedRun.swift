package import Findings
import Foundation
import Posix
import Store
package import SweepModel

/// A run of another process of this machine, seen through its store.
package struct WatchedRun {
  /// What it runs.
  package let sweep: Sweep
  private let directory: String
  private let log: Descriptor?

  /// Finds the run of a store; nil where none is.
  package init?(of store: String) throws {
    let reader = try StoreReader.open(at: store)
    guard let live = reader.liveStatus else { return nil }
    sweep = try SweepArgument(text: live.sweep).stored(reader)
    directory = store
    log = try? Descriptor(opening: StoreLayout(directory: store).runLog, O_RDONLY | O_NOFOLLOW)
    if let log { lseek(log.number, 0, SEEK_END) }
  }

  /// Shows the run to its end; blocks as long. What its process says in lines is passed on where it says
  /// that to a log.
  package func follow(_ audience: any RunAudience) throws -> SweepResults {
    let live = try LiveFits(sweep: sweep, store: directory, rule: nil)
    audience.begin(sweep, nil)
    var partial: [UInt8] = []
    while let status = try StoreReader.open(at: directory).liveStatus, status.sweep == sweep.name {
      for note in notes(&partial) { audience.note(note) }
      live.update(status)
      audience.update(status, fits: live.lines)
      usleep(500_000)
    }
    audience.end()
    live.finish()
    let reader = try StoreReader.open(at: directory)
    return try SweepResults(reader.sweep(named: sweep.name), reader: reader)
  }

  /// Whole lines that came since the last look, but for those that say how the run stands.
  private func notes(_ partial: inout [UInt8]) -> [String] {
    while let bytes = try? log?.readSome(), !bytes.isEmpty { partial += bytes }
    guard let end = partial.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let text = String(decoding: partial[..<end], as: UTF8.self)
    partial.removeFirst(end + 1)
    return text.split(separator: "\n").map(String.init).filter {
      !($0.hasPrefix("\(sweep.name): ") && $0.contains(#/\d+/\d+ done, /#))
    }
  }
}
