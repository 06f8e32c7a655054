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
    var offset = 0
  }

  private var uploads: [Upload] = []
  /// The link on which the first one is under way.
  private var link: Int?

  var isEmpty: Bool { uploads.isEmpty }

  /// Sends a job's newest checkpoint in place of an older one that waits.
  mutating func add(_ attempt: AttemptID, from file: Descriptor) {
    uploads.removeAll { $0.attempt.job == attempt.job && $0.offset == 0 }
    uploads.append(Upload(attempt: attempt, file: file))
  }

  /// Nobody goes on from the checkpoints of an attempt any more.
  mutating func remove(_ attempt: AttemptID) { uploads.removeAll { $0.attempt == attempt } }

  /// The bytes of the next frame to send on a link; nil when there is none. On a new link it begins
  /// again with each job's newest, and leaves out attempts of which nobody there knows any more.
  mutating func next(on link: Int, held: (AttemptID) -> Bool) -> [UInt8]? {
    if link != self.link {
      self.link = link
      var jobs: Set<JobKey> = []
      uploads = uploads.reversed().filter { upload in
        held(upload.attempt) && jobs.insert(upload.attempt.job).inserted
      }.reversed()
      for index in uploads.indices { uploads[index].offset = 0 }
    }
    while let first = uploads.first {
      if let frame = Self.frame(of: first.file, at: first.offset) {
        uploads[0].offset += frame.count
        return frame
      }
      uploads.removeFirst()
    }
    return nil
  }

  private static func frame(of file: Descriptor, at offset: Int) -> [UInt8]? {
    guard let header = try? file.read(at: offset, count: Frame.headerSize),
      let size = Frame.size(header: header), size <= Frame.headerSize + 2 * CheckpointPart.largest,
      let frame = try? file.read(at: offset, count: size), frame.count == size
    else { return nil }
    return frame
  }
}
