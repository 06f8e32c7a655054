import Glibc
import Posix
import SweepModel
import Synchronization

/// Keeps the connections that sshd has not yet authenticated well below its MaxStartups (10 by
/// default; it learns a little later than we do that one is authenticated), process-wide and per
/// address; sshd drops what is above at random.
final class StartGate: Sendable {
  /// The most links at a time between their TCP connection and their authentication.
  static let limit = 6
  /// The gate of this process.
  static let shared = StartGate()
  /// The turn of whoever asks at the terminal: one for all hosts.
  static let terminal = StartGate(limit: 1, place: "the terminal")

  /// The turn of whoever asks `ssh -G`: each question takes a process and its pipes.
  static let questions = StartGate(limit: 16, place: "ssh -G")

  private struct Place {
    var inside = 0
    var waiting: [Waker] = []
  }

  private let places = Mutex<[String: Place]>([:])
  private let limit: Int
  private let onlyPlace: String?

  /// Creates a gate that lets `limit` in at a time, at every address or at one place for all.
  init(limit: Int = StartGate.limit, place: String? = nil) {
    self.limit = limit
    onlyPlace = place
  }

  /// Waits for a place at `address`, until the outbox's owner asks for the end or the deadline
  /// passes; blocks the thread. Returns false when there is no place.
  func enter(_ address: String, outbox: Outbox, until deadline: Deadline) -> Bool {
    var descriptors = [pollfd(fd: outbox.waker.descriptor, events: Int16(POLLIN), revents: 0)]
    while !outbox.isCloseRequested, !deadline.hasPassed {
      if tryEnter(address, outbox.waker) { return true }
      waitForEvents(&descriptors, until: deadline)
      outbox.waker.clear()
    }
    leaveQueue(address, outbox.waker)
    return false
  }

  /// Waits for a place at a target; throws `unreachable` when there is none in time.
  func enter(_ target: SSHTarget, outbox: Outbox, until deadline: Deadline) throws(LinkFailure) {
    guard enter(onlyPlace ?? target.gate, outbox: outbox, until: deadline) else {
      throw LinkFailure(
        .unreachable, "\(target.name): no turn to connect to \(target.text) in time",
        remedy: "too many hosts of the cluster file share this address or jump host")
    }
  }

  /// Gives a place at a target back.
  func leave(_ target: SSHTarget) {
    leave(onlyPlace ?? target.gate)
  }

  /// Gives a place back and wakes who waits for one.
  func leave(_ address: String) {
    let next = places.withLock { places -> [Waker] in
      guard var place = places[address] else { return [] }
      place.inside -= 1
      let waiting = place.waiting
      place.waiting = []
      places[address] = place.inside == 0 && waiting.isEmpty ? nil : place
      return waiting
    }
    for waker in next { waker.wake() }
  }

  /// How many are inside at an address.
  func count(_ address: String) -> Int { places.withLock { $0[address]?.inside ?? 0 } }

  private func tryEnter(_ address: String, _ waker: Waker) -> Bool {
    places.withLock { places in
      var place = places[address] ?? Place()
      let isFree = place.inside < limit
      if isFree {
        place.inside += 1
      } else if !place.waiting.contains(where: { $0 === waker }) {
        place.waiting.append(waker)
      }
      places[address] = place
      return isFree
    }
  }

  private func leaveQueue(_ address: String, _ waker: Waker) {
    places.withLock { $0[address]?.waiting.removeAll { $0 === waker } }
  }
}
