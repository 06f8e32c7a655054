import SweepModel

/// What travels on a link; the wire's orders and reports, as far as reliability depends on them.
enum Message: Hashable {
  // Orders.
  case welcome(heartbeat: Double, grace: Double)
  case start(AttemptID, threads: Int, timeoutSeconds: Double?, progress: Double)
  case stop(AttemptID)
  case acknowledge(AttemptID)
  case shutdown
  /// Who gives the orders: a run of the one store that there is.
  case run
  // Reports.
  case hello(version: Int, machine: Int, instance: Int, held: [AttemptID])
  /// Another link is served.
  case occupied(machine: Int, instance: Int)
  case outcome(AttemptID, Outcome)
  /// A result that lacks what every result holds.
  case hollow(AttemptID)
  /// What no worker says.
  case nonsense
  case checkpoint(AttemptID, progress: Double)
  // Both.
  case heartbeat
  /// The other side has closed the link.
  case end

  enum Outcome: Hashable {
    case succeeded
    case failed(FailureCause, String)
  }
}

/// A link between the coordinator and one host's worker: two pipes that keep their order.
struct SimulatedLink {
  /// The entry of the cluster file that it belongs to, and the machine where it ends.
  let host: Int
  let machine: Int
  /// The coordinator's life, so that words of an old link are known.
  let life: Int
  var toWorker = Pipe()
  var toCoordinator = Pipe()

  /// One direction.
  struct Pipe {
    /// Its receiver still listens.
    var isOpen = false
    var messages: [Message] = []
    var head = 0
    var latestArrival = 0.0

    mutating func take() -> Message? {
      guard head < messages.count else { return nil }
      defer {
        head += 1
        if head == messages.count { clear() }
      }
      return messages[head]
    }

    mutating func clear() {
      messages.removeAll(keepingCapacity: true)
      head = 0
    }

    mutating func close() {
      isOpen = false
      messages = []
      head = 0
    }
  }

  subscript(to side: Side) -> Pipe {
    get { side == .worker ? toWorker : toCoordinator }
    _modify {
      if side == .worker { yield &toWorker } else { yield &toCoordinator }
    }
  }
}
