import Glibc
import Posix
import SweepModel
import Wire
import Worker

/// A link to a coordinator, served or not.
struct CoordinatorLink {
  let number: Int
  var peer: Peer
  /// Nothing can be sent on it any more; what came on it is still to be read.
  var isBroken = false
}

// The worker's ends of its links.

extension Daemon {
  /// The coordinator's end.
  var servedPeer: Peer? { links.first { $0.number == core.served }?.peer }

  /// Sends a report; a link that fails is given up, and the next one is told what matters anew.
  mutating func send(_ report: Report, on number: Int) {
    guard let index = links.firstIndex(where: { $0.number == number }), !links[index].isBroken
    else { return }
    do {
      try links[index].peer.send(report.frame)
    } catch {
      links[index].isBroken = true
    }
  }

  mutating func serveLink(_ number: Int) {
    guard let index = links.firstIndex(where: { $0.number == number }) else { return }
    do {
      guard let frames = try links[index].peer.receive() else { return drop(number) }
      advise(.heard(number))
      for frame in frames { try obey(frame, on: number) }
    } catch {
      complain("link dropped: \(error)")
      return drop(number)
    }
    guard let index = links.firstIndex(where: { $0.number == number }) else { return }
    do {
      try links[index].peer.flush()
    } catch {
      links[index].isBroken = true
    }
  }

  /// Does what a frame orders.
  private mutating func obey(_ frame: Frame, on number: Int) throws {
    guard let order = try Order(frame) else { return }
    switch order {
    case .checkpointPart(let attempt, let part): return take(part, of: attempt, on: number)
    case .start(let assignment) where number == core.served:
      dropSentCheckpoint(of: assignment.attempt)
    case .stop(let attempt) where number == core.served: dropSentCheckpoint(of: attempt)
    default: break
    }
    advise(.ordered(number, order))
  }

  private mutating func drop(_ number: Int) {
    guard let index = links.firstIndex(where: { $0.number == number }) else { return }
    links.remove(at: index).peer.descriptor.close()
    if number == core.served { dropSentCheckpoints() }
    advise(.unlinked(number))
  }

  /// Ends a link, after what was ordered on it before.
  mutating func hangUp(_ number: Int) {
    guard let index = links.firstIndex(where: { $0.number == number }) else { return }
    var peer = links.remove(at: index).peer
    while peer.descriptor.isReadable, let frames = try? peer.receive() {
      for frame in frames { try? obey(frame, on: number) }
    }
    peer.descriptor.close()
    if number == core.served { dropSentCheckpoints() }
    advise(.unlinked(number))
  }

  mutating func hangUpBroken() {
    for link in links where link.isBroken { hangUp(link.number) }
  }
}
