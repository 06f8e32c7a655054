import Glibc
import Posix
import SweepModel
import Wire
import WorkFolder

/// A checkpoint that the coordinator sends piece by piece. It becomes the job's checkpoint on this host
/// once it is whole; until then, and when it is not, the last one stays.
///
/// It is not durable: whoever sends it has it.
struct SentCheckpoint {
  let attempt: AttemptID
  private let folder: Directory
  private let name: String
  private let file: Descriptor
  private var assembly: CheckpointAssembly

  /// Begins to take a checkpoint whose first piece is there.
  init(of attempt: AttemptID, _ part: CheckpointPart, in folder: SessionFolder) throws {
    self.attempt = attempt
    self.folder = folder.checkpoints
    name = folder.checkpointName(attempt.job)
    self.folder.removeFile(name + OwnName.sentSuffix)
    let flags = O_WRONLY | O_CREAT | O_EXCL
    guard let number = try self.folder.open(name + OwnName.sentSuffix, flags) else {
      throw PosixError(call: "create \(name)")
    }
    file = Descriptor(number: number)
    assembly = CheckpointAssembly(of: part)
  }

  /// Takes the next piece; the last one puts the checkpoint into place.
  mutating func take(_ part: CheckpointPart) throws {
    guard assembly.take(part) else { throw PosixError("a piece is not the next one") }
    try file.writeAll(Report.checkpointPart(attempt, part).frame.bytes)
    guard part.isLast else { return }
    guard assembly.isWhole else { throw PosixError("its checksum disagrees") }
    guard renameat(folder.number, name + OwnName.sentSuffix, folder.number, name) == 0 else {
      throw PosixError(call: "rename \(name)")
    }
  }

  /// Removes what has come.
  func drop() { folder.removeFile(name + OwnName.sentSuffix) }
}
