import Glibc
import Posix
import SweepModel
import Wire

/// The file of a checkpoint, read report by report: a frame, or one for each of its pieces.
///
/// What a disk has damaged ends it: nobody goes on from that, and nobody is sent it.
struct CheckpointFile {
  private let file: Descriptor
  private var offset = 0
  private var assembly: CheckpointAssembly?

  init(_ file: Descriptor) { self.file = file }

  /// The next report; nil after the last. Throws where the file is damaged or ends too early.
  mutating func next() throws -> Report? {
    let header = try file.read(at: offset, count: Frame.headerSize)
    if header.isEmpty, offset > 0, assembly?.isWhole ?? true { return nil }
    guard let size = Frame.size(header: header), offset + size <= Int(file.status.st_size) else {
      throw PosixError("it breaks off after \(offset) bytes")
    }
    var decoder = FrameDecoder()
    decoder.append(try file.read(at: offset, count: size))
    guard let frame = try decoder.next(), let report = try Report(frame), isNext(report) else {
      throw PosixError("what follows after \(offset) bytes is none of its pieces")
    }
    offset += size
    return report
  }

  private mutating func isNext(_ report: Report) -> Bool {
    switch report {
    case .checkpoint: return offset == 0
    case .checkpointPart(_, let part):
      var next = assembly ?? CheckpointAssembly(of: part)
      guard next.take(part), !part.isLast || next.isWhole else { return false }
      assembly = next
      return true
    default: return false
    }
  }
}
