import Dispatch
import Findings
import Foundation
import Operations

/// Ctrl-C and SIGTERM while a run lasts: the first drains, the second stops, the third ends now. A
/// hang-up of the terminal ends now as well; the workers go on with what they have.
final class Signals {
  private var listeners: [SignalListener] = []

  init(_ run: RunControl, display: RunDisplay) {
    nonisolated(unsafe) var count = 0
    let queue = DispatchQueue(label: "quanta.signals")
    listeners = [SIGINT, SIGTERM].map { number in
      SignalListener(number, on: queue) {
        count += 1
        switch count {
        case 1:
          let (jobs, workers) = display.running
          let on = jobs == 0 ? "" : " (on \(workers.joined(separator: ", ")))"
          display.note(
            "draining: running jobs finish\(on), nothing new starts; Ctrl-C again stops them")
        case 2:
          display.note("stopping: jobs keep their checkpoints; `\(run.goOn)` goes on")
        default:
          return Self.leave(run, with: .interrupted, queue) { left in
            if let left { display.note(left) }
          }
        }
        run.interrupt()
      }
    }
    watchHangUp(run, display, queue)
  }

  /// Ends the process once the workers know that nobody comes back, or after 3 s.
  private static func leave(
    _ run: RunControl, with status: ExitStatus, _ queue: DispatchQueue,
    saying: @escaping @Sendable (String?) -> Void = { _ in }
  ) {
    run.leave { left in
      saying(left)
      Foundation.exit(status.rawValue)
    }
    queue.asyncAfter(deadline: .now() + 3) { Foundation.exit(status.rawValue) }
  }

  /// What nohup has the process ignore stays ignored.
  private func watchHangUp(_ run: RunControl, _ display: RunDisplay, _ queue: DispatchQueue) {
    var action = sigaction()
    guard sigaction(SIGHUP, nil, &action) == 0, action.__sigaction_handler.sa_handler == nil
    else { return }
    let listener = SignalListener(SIGHUP, on: queue) {
      let (jobs, workers) = display.running
      let end =
        jobs == 0
        ? "`\(run.goOn)` goes on"
        : LeftRunning.sentence(jobs: jobs, workers: workers, goOn: run.goOn)
      display.note("hung up: this run ends here. \(end)")
      Self.leave(run, with: .hungUp, queue)
    }
    listeners.append(listener)
  }

  /// From here on a signal ends the process as usual.
  func cancel() {
    for listener in listeners { listener.end() }
  }
}
