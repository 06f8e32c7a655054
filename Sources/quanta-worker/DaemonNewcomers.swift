import Posix
import Wire

/// A link that came while another one was served.
struct Newcomer {
  var peer: Peer
  /// When it came, monotonic seconds.
  let since: Double
  /// Who it is, once it has said so.
  var run: RunIdentity?
  /// How the worker shall behave once it serves it.
  var settings: Order.Settings?
}

// Links beside the one that is served: a connection that broke unnoticed and was made anew, the
// same machine under two names, a copy of the store. None of them may take a worker away from a
// coordinator that lives.

extension Daemon {
  /// Links beside the one served; more are closed.
  private static let mostNewcomers = 8
  /// How long a link may wait that never says whose it is, seconds.
  private static let namelessSeconds = 30.0

  /// Serves a new link if no other is, else tells it so.
  mutating func meet(_ connection: Descriptor) {
    var peer = Peer(connection)
    guard coordinator != nil || !newcomers.isEmpty else { return welcome(peer, of: nil) }
    let occupied = Report.occupied(Report.Occupation(instance: identity.instance, run: servedRun))
    guard newcomers.count < Self.mostNewcomers, (try? peer.send(occupied.frame)) != nil else {
      return connection.close()
    }
    newcomers.append(Newcomer(peer: peer, since: monotonicSeconds()))
  }

  mutating func serveNewcomer(_ index: Int) {
    do {
      try newcomers[index].peer.flush()
      guard let frames = try newcomers[index].peer.receive() else { return forget(index) }
      for frame in frames {
        switch try Order(frame) {
        case .hello(let settings): newcomers[index].settings = settings
        case .run(let run): newcomers[index].run = run
        // Whatever else it wants, it does not give orders.
        case .start, .stop, .acknowledge, .shutdown, .heartbeat: break
        }
      }
    } catch {
      complain("newcomer dropped: \(error)")
      forget(index)
    }
  }

  private mutating func forget(_ index: Int) {
    newcomers.remove(at: index).peer.descriptor.close()
  }

  /// Gives the place to whoever waits for it: at once where it is free, else to the same run's new
  /// link when the old one has missed three signs of life.
  mutating func seatNewcomer(at now: Double) {
    for index in newcomers.indices.reversed()
    where newcomers[index].run == nil && now - newcomers[index].since > Self.namelessSeconds {
      forget(index)
    }
    let isSilent = now - heardAt > max(3, 3 * settings.heartbeatSeconds)
    let next = newcomers.firstIndex { newcomer in
      guard let name = newcomer.run else { return false }
      return coordinator == nil || isSilent && name.store == servedRun?.store
    }
    guard let next else { return }
    let newcomer = newcomers.remove(at: next)
    takeLastOrders()
    if let settings = newcomer.settings { self.settings = settings }
    welcome(newcomer.peer, of: newcomer.run)
  }
}
