/// How far ssh came, as it tells at the level VERBOSE, taken out of what it says; pure.
///
/// Only this tells an account that runs another program and says nothing from a host that is not
/// reached. A connection that shares another's says nothing of it.
struct OpenSSHProgress {
  /// True once the host has let ssh in.
  private(set) var isAuthenticated = false

  /// The bytes without the lines that tell of progress.
  mutating func filter(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest: [UInt8] = []
    var line = bytes.startIndex
    while line < bytes.endIndex {
      let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.endIndex
      if bytes[line..<end].starts(with: Array("Authenticated to ".utf8)) {
        isAuthenticated = true
      } else if !OpenSSHProgress.sums.contains(where: bytes[line..<end].starts) {
        rest += bytes[line..<end]
      }
      line = end
    }
    return rest[...]
  }

  private static let sums = ["Transferred: sent ", "Bytes per second: sent "].map { Array($0.utf8) }
}
