import Posix
import SweepModel
import Wire

/// Checkpoints of several pieces on their way from this host's disk to the coordinator, one after the
/// other, each as fast as the link takes it; a piece is in memory.
///
/// A job's next checkpoint replaces the file's name, not what is being sent of the last one.
struct CheckpointUploads {
  private struct Upload {
    let attempt: AttemptID
    let file: Descriptor
    /// What of it is still to be sent.
    var rest: CheckpointFile
    var isUnderWay = false
  }

  private var uploads: [Upload] = []
  /// The link on which the first one is under way.
  private var link: Int?

  var isEmpty: Bool { uploads.isEmpty }

  /// Sends a job's newest checkpoint in place of an older one that waits.
  mutating func add(_ attempt: AttemptID, from file: Descriptor) {
    uploads.removeAll { $0.attempt.job == attempt.job && !$0.isUnderWay }
    uploads.append(Upload(attempt: attempt, file: file, rest: CheckpointFile(file)))
  }

  /// Nobody goes on from the checkpoints of an attempt any more.
  mutating func remove(_ attempt: AttemptID) { uploads.removeAll { $0.attempt == attempt } }

  /// The next piece to send on a link; nil when there is none. On a new link it begins again with each
  /// job's newest, and leaves out attempts of which nobody there knows any more.
  ///
  /// A checkpoint that turns out to be damaged on the way breaks off: whoever has its first pieces waits
  /// for the next one.
  mutating func next(on link: Int, held: (AttemptID) -> Bool) -> Report? {
    if link != self.link {
      self.link = link
      var jobs: Set<JobKey> = []
      uploads = uploads.reversed().filter { upload in
        held(upload.attempt) && jobs.insert(upload.attempt.job).inserted
      }.reversed().map {
        Upload(attempt: $0.attempt, file: $0.file, rest: CheckpointFile($0.file))
      }
    }
    while let first = uploads.first {
      do {
        // Meanwhile another attempt may have put its own in that place.
        if case .checkpointPart(first.attempt, let part)? = try uploads[0].rest.next() {
          uploads[0].isUnderWay = true
          return .checkpointPart(first.attempt, part)
        }
      } catch {
        complain("error: the checkpoint of \(first.attempt) cannot be sent: \(error)")
      }
      uploads.removeFirst()
    }
    return nil
  }
}
