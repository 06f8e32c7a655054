import Dispatch
import Findings
import Synchronization

/// A line on a terminal for work that takes more than two seconds; nothing elsewhere.
final class ProgressLine: @unchecked Sendable {
  private struct State {
    var text: String
    var isDone = false
    var isShown = false
  }

  // A timer of Dispatch may be cancelled from any thread, which its type does not say.
  private let state: Mutex<State>
  private let timer: any DispatchSourceTimer

  /// Does work under a line that says how long it has taken.
  static func during<Result>(
    _ text: String, _ work: (ProgressLine?) throws -> Result
  ) rethrows -> Result {
    guard Console.isInteractive, Console.isInForeground else { return try work(nil) }
    let line = ProgressLine(text)
    defer { line.end() }
    return try work(line)
  }

  private init(_ text: String) {
    state = Mutex(State(text: text))
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "quanta.progress"))
    let start = DispatchTime.now()
    timer.schedule(deadline: start + 2, repeating: 1)
    timer.setEventHandler { [weak self] in
      let seconds = (DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000_000
      self?.draw(seconds)
    }
    timer.resume()
  }

  /// What is being done.
  func say(_ text: String) { state.withLock { $0.text = text } }

  private func draw(_ seconds: UInt64) {
    state.withLock { state in
      guard !state.isDone, Console.isInForeground else { return }
      state.isShown = true
      let text = TerminalText.escaped("\(state.text), \(seconds) s")
      Console.draw("\r" + String(text.prefix(Console.size.columns - 1)) + "\u{1B}[K")
    }
  }

  /// Takes the line away before something else is printed.
  func clear() {
    state.withLock { state in
      if state.isShown { Console.draw("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  func end() {
    timer.cancel()
    clear()
    state.withLock { $0.isDone = true }
  }
}
