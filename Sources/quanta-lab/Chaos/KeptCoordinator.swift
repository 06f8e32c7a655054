import Foundation
import Glibc
import Posix
import Store
import SweepModel

/// The coordinator of a sweep that grows, started again whenever it has ended, as a person would. Nothing
/// else is done for it, but that jobs that failed are freed.
final class KeptCoordinator {
  /// What a turn has brought.
  enum Turn {
    case goesOn
    case hasEnded
    /// The sweep is done.
    case isDone
  }

  private let place: ChaosPlace
  private let notes: ChaosNotes
  private(set) var tally = CoordinatorTally()
  /// The sweep has this many seeds now.
  private(set) var seeds: Int
  /// What it last told of the run.
  private(set) var live: RunStatus?
  private var child: Child?
  private var nextStart = 0.0

  /// None is started yet.
  init(_ place: ChaosPlace, _ notes: ChaosNotes, seeds: Int) {
    (self.place, self.notes, self.seeds) = (place, notes, seeds)
  }

  var isThere: Bool { child != nil }
  private var now: Double { wallClockSeconds() }

  func launch() throws {
    tally.starts += 1
    child = try place.coordinate("store", seeds: seeds, log: "coordinator.log")
  }

  /// Starts one of a larger sweep.
  func grow(by more: Int) throws {
    seeds += more
    try launch()
  }

  /// Kills one that has begun to work only, for some seconds, or nothing is ever done; false when none has.
  func kill(for seconds: Double) -> Bool {
    guard let running = child, live?.workers.contains(where: { $0.state == .busy }) == true
    else { return false }
    Glibc.kill(running.process, SIGKILL)
    _ = running.wait()
    child = nil
    nextStart = now + seconds
    return true
  }

  /// A person stops it and does not wait for what runs.
  func stop() { Self.stop(child) }

  /// The same of any coordinator.
  static func stop(_ running: Child?) {
    guard let running else { return }
    Glibc.kill(running.process, SIGTERM)
    usleep(200_000)
    Glibc.kill(running.process, SIGTERM)
  }

  /// Leaves none.
  func end() {
    guard let running = child else { return }
    Glibc.kill(running.process, SIGKILL)
    _ = running.wait()
  }

  /// Everything that time brings.
  func tend() throws -> Turn {
    var turn = Turn.goesOn
    if let ending = child?.endingNow() {
      child = nil
      turn = .hasEnded
      if try tally.settle(ending.code, place, notes) { return .isDone }
      if nextStart <= now { nextStart = now + 0.5 }
    }
    if child == nil, now >= nextStart { try launch() }
    if let bytes = (try? LiveFile(StoreLayout(directory: place.store)).read()) ?? nil {
      live = (try? JSONDecoder().decode(RunStatus.self, from: Data(bytes))) ?? live
    }
    return turn
  }
}
