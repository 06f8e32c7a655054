import Glibc
import Posix
import Synchronization
import WorkFolder

/// A pilot's calls to relays, whose cards it finds in the folder of its session: each has a thread, which
/// dials as long as the card is there, again after a link has ended, and rarer and rarer where that fails.
final class RelayCaller: Sendable {
  /// Between two calls, seconds: after a link that stood, and at most.
  private static let pauses = 0.3...60.0

  private struct State {
    var known: Set<String> = []
    /// Calls that stand, whether the coordinator wants them or not.
    var standing = 0
    /// Links that carry something.
    var open = 0
    var isClosing = false
  }

  private let session: Directory
  private let pilot: String
  private let state = Mutex(State())

  init(pilot: String, in session: Directory) {
    self.session = session
    self.pilot = pilot
  }

  /// A relay can reach this pilot: none is missed in a hurry.
  var isReached: Bool { state.withLock { $0.standing > 0 } }

  /// Links carry something still.
  var isBusy: Bool { state.withLock { $0.open > 0 } }

  /// Looks for cards, and calls the relays of those that are new.
  func look() {
    guard let cards = (try? session.folder(RelayCard.folder)) ?? nil else { return }
    for name in cards.names() where OwnName.isMailbox(name) {
      let isNew = state.withLock { !$0.isClosing && $0.known.insert(name).inserted }
      guard isNew else { continue }
      let isStarted = startThread(stackBytes: 256 << 10) { [self] in serve(name) }
      if !isStarted { state.withLock { _ = $0.known.remove(name) } }
    }
  }

  /// Dials no more.
  func close() { state.withLock { $0.isClosing = true } }

  private var isClosing: Bool { state.withLock { $0.isClosing } }

  private func serve(_ name: String) {
    var pause = Self.pauses.lowerBound
    var hasComplained = false
    while !isClosing, let card = card(name) {
      do {
        var call = try RelayCall(card, pilot: pilot)
        pause = Self.pauses.lowerBound
        hasComplained = false
        try answer(&call)
      } catch {
        if !hasComplained { complain("the relay on \(card.host) is not reached: \(error)") }
        hasComplained = true
        pause = min(Self.pauses.upperBound, 2 * pause)
      }
      let limit = Deadline(secondsFromNow: pause * .random(in: 0.5...1))
      while !limit.hasPassed, !isClosing { poll(nil, 0, min(100, limit.pollTimeout)) }
    }
  }

  private func answer(_ call: inout RelayCall) throws {
    state.withLock { $0.standing += 1 }
    defer { state.withLock { $0.standing -= 1 } }
    guard try call.isWanted({ isClosing }),
      let worker = try UnixSocket.connect(SessionFolder.socketName)
    else { return }
    state.withLock { $0.open += 1 }
    defer { state.withLock { $0.open -= 1 } }
    try call.carry(worker)
  }

  private func card(_ name: String) -> RelayCard? {
    ((try? session.folder(RelayCard.folder)) ?? nil).flatMap { RelayCard(name, in: $0) }
  }
}
