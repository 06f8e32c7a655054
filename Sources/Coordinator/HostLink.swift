import SweepModel
import Transport
import Wire

/// One host as the coordinator keeps it: its link, what it said of itself, when to try again.
struct HostLink {
  enum State: Hashable {
    /// Waits until a time, monotonic seconds, before it connects (again).
    case waiting(until: Double)
    /// Connects.
    case connecting
    /// The link stands, the worker has not greeted.
    case greeting
    /// Greeted.
    case ready
    /// Only a person can mend it.
    case failed
    /// The run is over and the link closed.
    case closed
  }

  let transport: any Transport
  var state = State.waiting(until: 0)
  var link: (any Link)?
  /// Grows with every link, so that words of an old one are known.
  var generation = 0
  var decoder = FrameDecoder()
  var description: Report.WorkerDescription?
  /// When the last byte came, monotonic seconds.
  var heardAt = 0.0
  var nextHeartbeat = 0.0
  /// Failed tries since the last greeting.
  var tries = 0
  var failure: LinkFailure?

  var name: String { transport.host.name }

  /// True while the host may still join.
  var isPending: Bool {
    switch state {
    case .waiting, .connecting, .greeting: true
    case .ready, .failed, .closed: false
    }
  }

  /// Seconds before the next try: 1, 2, 4 … 30. Trying a host that does not answer costs nobody
  /// anything, so that is done every heartbeat: it works again as soon as it is back.
  func backoff(heartbeat: Double) -> Double {
    let seconds = min(30, Double(1 << min(tries, 5)))
    switch failure?.code {
    case .unreachable, .refused: return min(seconds, heartbeat)
    default: return seconds
    }
  }

  /// True when the worker runs another binary than this coordinator ships: it hands over what it
  /// holds and gets nothing new.
  func isOutdated(_ binary: WorkerBinary) -> Bool {
    description.map { $0.binaryHash != binary.hash } ?? false
  }

  mutating func send(_ order: Order) { link?.send(order.frame.bytes) }
}
