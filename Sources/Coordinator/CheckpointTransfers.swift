import Scheduler
import Store
import SweepModel
import Wire

/// A checkpoint that comes from a worker piece by piece.
struct ArrivingCheckpoint {
  let attempt: AttemptID
  private let draft: CheckpointDraft
  private var assembly: CheckpointAssembly

  /// Begins with the checkpoint of a first piece.
  init(of attempt: AttemptID, _ part: CheckpointPart, in store: RunStore) throws(StoreError) {
    self.attempt = attempt
    draft = try store.draftCheckpoint(of: attempt.job)
    assembly = CheckpointAssembly(of: part)
  }

  /// True when all of it is there, as it was sent.
  var isWhole: Bool { assembly.isWhole }

  /// Takes the next piece; false when it is not the next one.
  mutating func take(_ part: CheckpointPart) throws(StoreError) -> Bool {
    guard assembly.take(part) else { return false }
    try draft.append(part.bytes)
    return true
  }

  /// Makes it the job's checkpoint.
  func keep() throws(StoreError) { try draft.commit(checksum: assembly.checksum) }
}

/// The checkpoints that go to a worker piece by piece, each before its attempt is started there.
///
/// One goes after the other, and of all of them no more is under way than the worker can be told at
/// once: the rest would wait in memory for a slow link.
struct LeavingCheckpoints {
  /// What follows for the worker.
  enum Step {
    case part(AttemptID, CheckpointPart)
    case start(AttemptID, Placement)
  }

  private struct Leaving {
    let attempt: AttemptID
    let placement: Placement
    let stored: StoredCheckpoint
    var offset = 0

    /// The next piece; nil when it cannot be read.
    mutating func next() -> CheckpointPart? {
      let count = min(CheckpointPart.largest, stored.size - offset)
      guard let bytes = try? stored.read(at: offset, count: count), bytes.count == count else {
        return nil
      }
      defer { offset += count }
      return CheckpointPart(
        offset: offset, total: stored.size, checksum: stored.checksum, bytes: bytes)
    }
  }

  /// Pieces under way at most.
  static let mostPieces = 2

  private var queue: [Leaving] = []
  /// Up to where each piece goes that the worker has not taken yet.
  private var underWay: [(attempt: AttemptID, end: Int)] = []

  var isEmpty: Bool { queue.isEmpty }

  func contains(_ attempt: AttemptID) -> Bool { queue.contains { $0.attempt == attempt } }

  mutating func add(_ attempt: AttemptID, _ placement: Placement, _ stored: StoredCheckpoint) {
    queue.append(Leaving(attempt: attempt, placement: placement, stored: stored))
  }

  /// Nothing more of it leaves; what is under way arrives.
  mutating func remove(_ attempt: AttemptID) { queue.removeAll { $0.attempt == attempt } }

  /// The worker has so many bytes of one.
  mutating func noteTaken(_ bytes: Int, of attempt: AttemptID) {
    underWay.removeAll { $0.attempt == attempt && $0.end <= bytes }
  }

  /// The next step; nil while the worker has to take something first. An attempt whose checkpoint cannot
  /// be read is started: there it is found wanting, and the job goes on from an older one or begins.
  mutating func next() -> Step? {
    guard let first = queue.first else { return nil }
    let isAtEnd = first.offset == first.stored.size
    guard isAtEnd || underWay.count < Self.mostPieces else { return nil }
    guard !isAtEnd, let part = queue[0].next() else {
      queue.removeFirst()
      return .start(first.attempt, first.placement)
    }
    underWay.append((first.attempt, part.end))
    return .part(first.attempt, part)
  }
}
