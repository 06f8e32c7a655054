import Glibc
import Posix
import SweepModel

/// A file that is read piece by piece while it is shipped: hundreds of links ship the same one at the
/// same time, and the page cache holds it once.
final class UploadFile {
  /// How much is read at a time, bytes.
  private static let pieceBytes = 1 << 18
  private let source: Descriptor
  private let path: String
  private var left: Int
  private var piece: ArraySlice<UInt8> = []

  /// Opens the file; throws `configuration` when it cannot be read or has another size than said.
  init(_ file: DataFile) throws(LinkFailure) {
    path = file.path
    left = file.sizeBytes
    guard let source = try? Descriptor(opening: file.path), Int(source.status.st_size) == left
    else {
      throw LinkFailure(
        .configuration, "\(file.path) cannot be read or has changed",
        remedy: "build quanta-worker again, or run the sweep again if it is a data set's")
    }
    self.source = source
  }

  /// True when all of it was taken.
  var isAtEnd: Bool { left == 0 && piece.isEmpty }

  /// Offers the next bytes to `write`, which returns how many it took.
  func withFront(_ write: (ArraySlice<UInt8>) throws(LinkFailure) -> Int) throws(LinkFailure) {
    if piece.isEmpty, left > 0 { try fill() }
    guard !piece.isEmpty else { return }
    piece.removeFirst(try write(piece))
  }

  private func fill() throws(LinkFailure) {
    guard let bytes = try? source.readNext(min(left, UploadFile.pieceBytes)), !bytes.isEmpty else {
      throw LinkFailure(
        .configuration, "\(path) changed while it was read",
        remedy: "leave it alone while a sweep runs")
    }
    piece = bytes[...]
    left -= bytes.count
  }
}
