import SweepModel
import Wire
import Worker

// Checkpoints that are too large for one message.

extension Daemon {
  /// True when the next piece of a checkpoint can be sent at once.
  var canUpload: Bool {
    !uploads.isEmpty && servedPeer.map { $0.waiting < CheckpointPart.largest } == true
  }

  /// Sends one piece, if the link takes more.
  mutating func upload() {
    guard canUpload, let served = core.served,
      let index = links.firstIndex(where: { $0.number == served }), !links[index].isBroken,
      let frame = uploads.next(on: served, held: core.holds)
    else { return }
    do {
      try links[index].peer.send(frame)
    } catch {
      links[index].isBroken = true
    }
  }

  /// Takes a piece from the coordinator. One that cannot be kept is answered as well: the attempt then
  /// goes on from an older checkpoint, or begins.
  mutating func take(_ part: CheckpointPart, of attempt: AttemptID, on link: Int) {
    guard link == core.served else { return }
    do {
      if part.offset == 0 {
        sent.removeValue(forKey: attempt)?.drop()
        sent[attempt] = try SentCheckpoint(of: attempt, part, in: folder)
      }
      try sent[attempt]?.take(part)
      if part.isLast { sent[attempt] = nil }
    } catch {
      complain("error: the checkpoint that \(attempt) was to go on from cannot be used: \(error)")
      sent.removeValue(forKey: attempt)?.drop()
    }
    send(.checkpointTaken(attempt, bytes: part.end), on: link)
  }

  /// The link on which they came is gone.
  mutating func dropSentCheckpoints() {
    for checkpoint in sent.values { checkpoint.drop() }
    sent = [:]
  }
}
