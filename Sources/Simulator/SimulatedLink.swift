import SweepModel
import Wire

/// What travels on a link.
enum Message: Hashable {
  case order(Order)
  case report(Report)
  /// What no worker says.
  case nonsense
  /// The other side has closed the link.
  case end
}

extension Message: CustomStringConvertible {
  /// For traces: reports without the words that say nothing of what happens.
  var description: String {
    switch self {
    case .order(.start(let assignment)): "start \(assignment.attempt) \(assignment.threads)"
    case .order(let order): "\(order)"
    case .report(.hello(let worker)): "hello, holds \(worker.held)"
    case .report(.outcome(let attempt, .succeeded)): "outcome \(attempt) succeeded"
    case .report(.outcome(let attempt, .failed(let cause, let message))):
      "outcome \(attempt) \(cause): \(message)"
    case .report(.checkpoint(let attempt, _)): "checkpoint \(attempt)"
    case .report(let report): "\(report)"
    case .nonsense: "nonsense"
    case .end: "end"
    }
  }
}

/// What a job had done when it wrote a checkpoint, as the checkpoint's bytes.
enum Progress {
  static func bytes(_ share: Double) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: share.bitPattern >> UInt64(8 * $0)) }
  }

  static func share(_ bytes: [UInt8]) -> Double {
    Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }
}

/// A link between the coordinator and one host's worker: two pipes that keep their order.
struct SimulatedLink {
  /// The entry of the cluster file that it belongs to, and the machine where it ends.
  let host: Int
  let machine: Int
  /// The coordinator's life, so that words of an old link are known.
  let life: Int
  /// Nothing was tried: the pool forbids it.
  var isRefused = false
  /// Its relay was not dialled, and carries letters.
  var isByMail = false
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
