import Foundation
import SweepModel
import Synchronization

/// What this process needs of the system at one moment.
struct Needs {
  let descriptors: Int
  let residentBytes: Int

  static var now: Needs {
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
      .split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return Needs(descriptors: open ?? 0, residentBytes: (pages ?? 0) << 12)
  }
}

/// Looks at what a run needs when a tenth of its jobs is done and at its end.
final class NeedsRecorder: Sendable {
  private let jobs: Int
  private let seen = Mutex<(first: Needs?, last: Needs?)>((nil, nil))

  init(jobs: Int) { self.jobs = jobs }

  func look(_ status: RunStatus) {
    guard status.done >= jobs / 10 else { return }
    let now = Needs.now
    seen.withLock { seen in
      if seen.first == nil { seen.first = now }
      seen.last = now
    }
  }

  /// First and last.
  var all: [Needs] { seen.withLock { [$0.first, $0.last].compactMap(\.self) } }
}
