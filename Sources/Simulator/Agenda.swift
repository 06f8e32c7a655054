import Batch
import HeapModule

/// One of the two ends of a link.
enum Side: Hashable {
  case coordinator
  case worker
}

/// What happens at a moment. Every action names the life of what it concerns, so that one meant for
/// a process that has died since does nothing.
enum Action {
  /// The coordinator looks what there is to do.
  case turn(life: Int)
  /// A slow commit is durable; its orders go out.
  case committed(life: Int)
  case coordinatorStarts
  /// An attempt to connect succeeds or fails.
  case connected(link: Int)
  /// The oldest message on the way to a side arrives.
  case arrives(link: Int, to: Side)
  /// A side learns that its link has broken.
  case breaks(link: Int, at: Side)
  /// A worker's heartbeat and everything that it does from time to time.
  case workerTick(host: Int, life: Int)
  /// An attempt comes to its end, of whatever kind.
  case attemptEnds(host: Int, life: Int, token: Int)
  case checkpointDue(host: Int, life: Int, token: Int)
  /// An outcome is on the worker's disk.
  case outcomeKept(host: Int, life: Int, token: Int)
  case strikes(FaultKind)
  /// A host's bad manners show.
  case misbehaves(host: Int)
  /// Whoever chooses the jobs of a run looks at what is done.
  case chooses(life: Int)
  /// A pool adds every host that is not there, and then none.
  case poolSettles(life: Int)
  /// Something happens in the batch system.
  case batch(BatchAction)
  /// The pool that the batch system fills looks what there is to do.
  case pilotsTurn(life: Int)
  /// A call of it is over; nil for one that the batch system acts on only now.
  case pilotsCalled(life: Int, PilotBook.Effect, PilotShell.Answer?, asked: Double)
  /// A person lets a paused sweep go on.
  case goesOn
  /// The idle checker looks.
  case look
}

/// What is going to happen, earliest first; in order of planning at equal times.
struct Agenda {
  private var heap = Heap<Entry>()
  private var planned = 0

  private struct Entry: Comparable {
    let time: Double
    let number: Int
    let action: Action

    static func < (left: Entry, right: Entry) -> Bool {
      left.time != right.time ? left.time < right.time : left.number < right.number
    }

    static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
  }

  mutating func plan(_ action: Action, at time: Double) {
    heap.insert(Entry(time: time, number: planned, action: action))
    planned += 1
  }

  mutating func next() -> (time: Double, action: Action)? {
    heap.popMin().map { ($0.time, $0.action) }
  }
}
