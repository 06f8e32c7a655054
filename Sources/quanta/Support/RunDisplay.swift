import Coordinator
import Foundation
import SweepModel
import Synchronization

/// Shows a run on standard error: a block that is redrawn on a terminal, plain lines elsewhere.
final class RunDisplay: Sendable {
  private struct State {
    var drawnLines = 0
    var lastPlain = -Double.infinity
    var lastDone = -1
    var status: RunStatus?
    var fits: [String] = []
  }

  private let isQuiet: Bool
  private let labels: [String: String]
  private let state = Mutex(State())

  /// Longest silence between plain lines, seconds.
  private static let plainInterval = 10.0

  init(sweep: Sweep, isQuiet: Bool) {
    self.isQuiet = isQuiet
    labels = Dictionary(
      uniqueKeysWithValues: sweep.jobs.map { ($0.key.hex, describeJob($0, axes: sweep.axes)) })
  }

  /// Says a sentence; any thread.
  func note(_ text: String) {
    guard !isQuiet else { return }
    state.withLock { state in
      erase(&state)
      Console.error(text)
      if Console.isInteractive, let status = state.status { draw(status, &state) }
    }
  }

  /// Shows where the run stands, and what its results so far come to.
  func update(_ status: RunStatus, fits: [String]) {
    guard !isQuiet else { return }
    state.withLock { state in
      state.status = status
      state.fits = fits
      if Console.isInteractive {
        erase(&state)
        draw(status, &state)
      } else {
        let isDue = status.writtenAt - state.lastPlain >= Self.plainInterval
        guard isDue || (status.waiting + status.running == 0 && status.done != state.lastDone)
        else { return }
        state.lastPlain = status.writtenAt
        state.lastDone = status.done
        Console.error(([headline(status)] + fits).joined(separator: "; "))
      }
    }
  }

  /// Leaves the last block standing.
  func finish() {
    state.withLock { state in
      state.drawnLines = 0
      state.status = nil
    }
  }

  private func erase(_ state: inout State) {
    guard state.drawnLines > 0 else { return }
    Console.write("\u{1B}[\(state.drawnLines)F\u{1B}[J", to: .standardError)
    state.drawnLines = 0
  }

  private func draw(_ status: RunStatus, _ state: inout State) {
    let size = Console.size
    let width = max(2, size.columns - 1)
    // A block taller than the terminal could not be erased.
    let lines =
      ([headline(status), bar(status, width: width)] + state.fits.map { "  \($0)" }
      + details(status))
      .prefix(max(1, size.rows - 1))
      .map { $0.count > width ? $0.prefix(width - 1) + "…" : $0 }
    Console.write(lines.joined(separator: "\n") + "\n", to: .standardError)
    state.drawnLines = lines.count
  }

  private func headline(_ status: RunStatus) -> String {
    var parts = [
      "\(status.done)/\(status.total) done", "\(status.running) running",
      "\(status.closed) failed or cancelled",
    ]
    if status.jobsPerHour > 0 {
      parts.append(String(format: "%.0f jobs/h", status.jobsPerHour))
    }
    if let left = status.secondsLeft, status.waiting + status.running > 0 {
      parts.append("about \(describeDuration(left)) left")
    }
    if !status.mode.isEmpty { parts.append(status.mode) }
    return "\(status.sweep): " + parts.joined(separator: ", ")
  }

  private func bar(_ status: RunStatus, width: Int) -> String {
    let cells = min(60, max(10, width - 10))
    let fraction = Double(status.done) / Double(max(1, status.total))
    let filled = Int(fraction * Double(cells))
    let track =
      String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    return "\(track) \(Int(fraction * 100)) %"
  }

  /// Hosts and running jobs, as many as fit comfortably.
  private func details(_ status: RunStatus) -> [String] {
    let hosts = status.workers.prefix(8).map { worker in
      let text = "  \(worker.name)  \(worker.state)  \(worker.coresInUse)/\(worker.cores) cores"
      return worker.message.isEmpty ? text : text + "  \(worker.message)"
    }
    let more = status.workers.count > 8 ? ["  … \(status.workers.count - 8) more hosts"] : []
    let jobs = status.attempts.prefix(8).map { attempt in
      var text = "    \(labels[attempt.job] ?? String(attempt.job.prefix(10)))"
      if let step = attempt.step, let total = attempt.total {
        text += "  step \(step)/\(total)"
      }
      if let metric = attempt.metric, let value = attempt.value {
        text += String(format: "  \(metric) %.4g", value)
      }
      return text + "  on \(attempt.worker)"
    }
    return hosts + more + jobs
  }
}
