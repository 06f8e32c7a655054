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

/// A checkpoint that goes to a worker piece by piece, before the attempt is started there.
struct LeavingCheckpoint {
  /// Bytes under way at most: more would wait in memory for a slow link.
  static let window = 2 * CheckpointPart.largest

  let placement: Placement
  private let stored: StoredCheckpoint
  private var offset = 0
  private var taken = 0

  /// Begins with the first piece.
  init(_ stored: StoredCheckpoint, for placement: Placement) {
    self.stored = stored
    self.placement = placement
  }

  /// True when the worker may be sent more.
  var mayGoOn: Bool { offset - taken < Self.window }

  /// The worker has so many bytes.
  mutating func noteTaken(_ bytes: Int) { taken = max(taken, min(bytes, offset)) }

  /// The next piece; nil when it cannot be read.
  mutating func next() -> CheckpointPart? {
    let count = min(CheckpointPart.largest, stored.size - offset)
    guard count > 0, let bytes = try? stored.read(at: offset, count: count), bytes.count == count
    else { return nil }
    defer { offset += count }
    return CheckpointPart(
      offset: offset, total: stored.size, checksum: stored.checksum, bytes: bytes)
  }
}
