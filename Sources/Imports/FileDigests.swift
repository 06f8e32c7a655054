import Basics
import Digests
import Posix

/// The SHA-256 of files, each read once, piece by piece.
public struct FileDigests {
  private var known: [String: String] = [:]

  /// Creates digests of no file yet.
  public init() {}

  /// The digest of a file in hexadecimal; nil where it cannot be read to its end.
  public mutating func digest(_ path: String) -> String? {
    if let digest = known[path] { return digest }
    guard let file = (try? RegularFile.open(path)) ?? nil else { return nil }
    var stream = SHA256Stream()
    while let piece = try? file.readNext(1 << 20) {
      guard !piece.isEmpty else {
        let digest = stream.finish().hexadecimal
        known[path] = digest
        return digest
      }
      stream.update(piece.span)
    }
    return nil
  }
}
