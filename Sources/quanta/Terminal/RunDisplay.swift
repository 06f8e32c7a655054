import Basics
import Findings
import Foundation
import Operations
import SweepModel
import Synchronization

/// Shows a run on standard error: a block that is redrawn on a terminal, plain lines elsewhere and
/// while a shell has sent the run to the background.
final class RunDisplay: RunAudience {
  private struct State {
    /// Characters of the lines that the block consists of.
    var drawn: [Int] = []
    var drawnAt = -Double.infinity
    var lastPlain = -Double.infinity
    var lastDone = -1
    var status: RunStatus?
    var fits: [String] = []
    var labels: [JobKey: String] = [:]
    var signals: Signals?
  }

  private let isQuiet: Bool
  /// Called when the run begins.
  private let onBegin: @Sendable () -> Void
  private let state = Mutex(State())

  /// Longest silence between plain lines, seconds.
  private static let plainInterval = 10.0
  /// Longest time between two frames after which the block is still taken to end at the cursor,
  /// seconds: who was stopped (Ctrl-Z) meanwhile has a shell's lines below it.
  private static let frameInterval = 3.0

  init(isQuiet: Bool, onBegin: @escaping @Sendable () -> Void = {}) {
    self.isQuiet = isQuiet
    self.onBegin = onBegin
  }

  /// Names the sweep's jobs from now on; signals end the run.
  func begin(_ sweep: Sweep, _ control: RunControl?) {
    onBegin()
    let label = JobLabel(sweep.jobs, axes: sweep.axes)
    let labels = Dictionary(
      sweep.jobs.map { ($0.key, label.text(of: $0)) }, uniquingKeysWith: { first, _ in first })
    state.withLock { state in
      state.labels = labels
      state.signals = control.map { Signals($0, display: self) }
    }
  }

  /// How many jobs run, as far as the last status tells, and the hosts that run them; any thread.
  var running: (jobs: Int, workers: [String]) {
    state.withLock { state in
      let busy = state.status?.attempts ?? []
      var workers: [String] = []
      for attempt in busy where !workers.contains(attempt.worker) { workers.append(attempt.worker) }
      return (busy.count, workers)
    }
  }

  private static var mayDraw: Bool { Console.isInteractive && Console.isInForeground }

  /// Says a sentence; any thread.
  func note(_ text: String) {
    guard !isQuiet else { return }
    state.withLock { state in
      erase(&state)
      Console.error(text)
      if Self.mayDraw, let status = state.status { draw(status, &state) }
    }
  }

  /// Shows where the run stands, and what its results so far come to.
  func update(_ status: RunStatus, fits: [String]) {
    state.withLock { state in
      state.status = status
      guard !isQuiet else { return }
      state.fits = fits
      if Self.mayDraw {
        erase(&state)
        draw(status, &state)
      } else {
        sayPlainly(status, &state)
      }
    }
  }

  /// Says what even a quiet run must.
  func warn(_ text: String) { Console.error(text) }

  /// Takes the block away: what follows says more than its last frame. From here on a signal ends the
  /// process as usual.
  func end() {
    state.withLock { state in
      state.signals?.cancel()
      state.signals = nil
      erase(&state)
      state.status = nil
    }
  }

  private func sayPlainly(_ status: RunStatus, _ state: inout State) {
    state.drawn = []
    let isDue = status.writtenAt - state.lastPlain >= Self.plainInterval
    guard isDue || (status.waiting + status.running == 0 && status.done != state.lastDone)
    else { return }
    state.lastPlain = status.writtenAt
    state.lastDone = status.done
    Console.error(([headline(status)] + state.fits).joined(separator: "; "))
  }

  /// Removes the block. A terminal that was made narrower meanwhile has broken its lines anew.
  private func erase(_ state: inout State) {
    defer { state.drawn = [] }
    guard !state.drawn.isEmpty, Self.mayDraw, monotonic() - state.drawnAt < Self.frameInterval
    else { return }
    let size = Console.size
    let rows = state.drawn.reduce(0) { $0 + TerminalText.rows($1, columns: size.columns) }
    Console.draw("\u{1B}[\(min(rows, size.rows - 1))F\u{1B}[J")
  }

  private func draw(_ status: RunStatus, _ state: inout State) {
    let size = Console.size
    let width = max(2, size.columns - 1)
    // A block taller than the terminal could not be erased.
    let lines =
      ([headline(status), bar(status, width: width)] + state.fits.map { "  \($0)" }
      + details(status, state.labels))
      .prefix(max(1, size.rows - 1))
      .map { TerminalText.escapedLine(CommandMention.current.completed($0)) }
      .map { $0.count > width ? $0.prefix(width - 1) + "…" : $0 }
    Console.draw(lines.joined(separator: "\n") + "\n")
    state.drawn = lines.map(\.count)
    state.drawnAt = monotonic()
  }

  private func monotonic() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  private func headline(_ status: RunStatus) -> String {
    var parts = ["\(status.done)/\(status.total) done", "\(status.running) running"]
    if status.failed > 0 { parts.append("\(status.failed) failed") }
    if status.cancelled > 0 { parts.append("\(status.cancelled) cancelled") }
    if status.jobsPerHour > 0 {
      parts.append(String(format: "%.0f jobs/h", status.jobsPerHour))
    }
    if let left = status.secondsLeft, status.waiting + status.running > 0 {
      parts.append("\(describeTimeLeft(left)) left")
    } else if status.awaitsCosts == true {
      parts.append("time left \(describeUnknownTime(ended: status.done))")
    }
    if status.mode != .running { parts.append(status.mode.rawValue) }
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

  /// Pools, hosts and running jobs, as many as fit comfortably.
  private func details(_ status: RunStatus, _ labels: [JobKey: String]) -> [String] {
    let hosts = Self.some(status.workers, "host", indent: "  ") { worker in
      let text = "  \(worker.name)  \(worker.state.rawValue)  \(worker.load)"
      return worker.message.isEmpty ? text : text + "  \(worker.message)"
    }
    let pools = (status.pools ?? []).prefix(4).map { "  \($0.line)" }
    return pools + hosts + Self.some(status.attempts, "job", indent: "    ") { line($0, labels) }
  }

  private func line(_ attempt: RunStatus.Attempt, _ labels: [JobKey: String]) -> String {
    var text = "    \(labels[attempt.job] ?? attempt.job.short)"
    if let step = attempt.step {
      // How far a program has to go nobody knows.
      text += "  step \(step)" + (attempt.total.map { $0 > 0 ? "/\($0)" : "" } ?? "")
    }
    if let metric = attempt.metric, let value = attempt.value {
      text += "  \(metric) " + String(format: "%.4g", value)
    }
    return text + "  on \(attempt.worker)"
  }

  /// The first eight, and how many more there are.
  private static func some<Item>(
    _ items: [Item], _ noun: String, indent: String, _ line: (Item) -> String
  ) -> [String] {
    let more = items.count > 8 ? ["\(indent)and \(counted(items.count - 8, "more \(noun)"))"] : []
    return items.prefix(8).map(line) + more
  }
}
