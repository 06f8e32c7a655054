import SweepModel
import Wire
import Worker

// Checkpoints that are too large for one message.

extension Daemon {
  /// True when pieces need not wait in memory for the link; without one they go nowhere.
  private var hasRoom: Bool { servedPeer.map { $0.waiting < CheckpointPart.largest } ?? true }

  /// True when the next piece of a checkpoint can be sent at once.
  var canUpload: Bool { !uploads.isEmpty && servedPeer != nil && hasRoom }

  /// Sends one piece, if the link takes more, and lets slots go on that tell theirs themselves.
  mutating func upload() {
    if canUpload, let served = core.served,
      let report = uploads.next(on: served, held: core.holds)
    {
      send(report, on: served)
    }
    guard hasRoom else { return }
    for index in slots.indices { slots[index].answerPiece() }
  }

  /// Takes a piece from the coordinator. One that cannot be kept is answered as well: the attempt then
  /// goes on from an older checkpoint, or begins.
  mutating func take(_ part: CheckpointPart, of attempt: AttemptID, on link: Int) {
    guard link == core.served else { return }
    do {
      if part.offset == 0 {
        sent.removeValue(forKey: attempt.job)?.drop()
        sent[attempt.job] = try SentCheckpoint(of: attempt, part, in: folder)
      }
      if sent[attempt.job]?.attempt == attempt {
        try sent[attempt.job]?.take(part)
        if part.isLast { sent[attempt.job] = nil }
      }
    } catch {
      complain("error: the checkpoint that \(attempt) was to go on from cannot be used: \(error)")
      dropSentCheckpoint(of: attempt)
    }
    send(.checkpointTaken(attempt, bytes: part.end), on: link)
  }

  /// No further piece of an attempt's checkpoint comes: it is whole and in its place, or worth nothing.
  mutating func dropSentCheckpoint(of attempt: AttemptID) {
    guard sent[attempt.job]?.attempt == attempt else { return }
    sent.removeValue(forKey: attempt.job)?.drop()
  }

  /// The link on which they came is gone.
  mutating func dropSentCheckpoints() {
    for checkpoint in sent.values { checkpoint.drop() }
    sent = [:]
  }
}
