import Glibc
import Posix
import WorkFolder

/// One end of a stream through a folder that two machines share: what each has to say lies there as
/// letters, numbered files that appear whole and that the reader removes; an empty one is the last.
///
/// It needs no lock, no time of a file and no size, all of which network file systems tell late: the
/// folder is listed anew at every look, which makes them ask.
struct Letterbox {
  /// Whose letters they are; their names begin with it.
  enum Writer: String {
    case coordinator = "c"
    case worker = "w"

    var other: Writer { self == .worker ? .coordinator : .worker }
  }

  /// The most bytes of one letter.
  static let largestLetter = 4 << 20
  /// Letters beyond which nothing is added until some are taken.
  private static let mostWaiting = 16

  private let folder: Directory
  private let writer: Writer
  private var posted = 0
  private var taken = 0
  private var waiting = 0

  init(_ folder: Directory, of writer: Writer) {
    self.folder = folder
    self.writer = writer
  }

  /// True while the other side has not taken what lies there.
  var isFull: Bool { waiting >= Self.mostWaiting }

  /// Lays a letter down.
  mutating func post(_ bytes: [UInt8]) throws(PosixError) {
    let name = "\(writer.rawValue)\(posted + 1)"
    try AtomicFile.write(
      bytes, to: name, in: folder.number, temporary: "\(name).part", mode: 0o600,
      isDurable: false)
    posted += 1
    waiting += 1
  }

  /// Takes the letters that are there, in order.
  mutating func take() throws(PosixError) -> [[UInt8]] {
    let names = folder.names()
    guard folder.status.st_nlink > 0 else { throw PosixError("\(folder.path) was removed") }
    waiting = names.count { $0.hasPrefix(writer.rawValue) && !$0.hasSuffix(".part") }
    var letters: [[UInt8]] = []
    while names.contains("\(writer.other.rawValue)\(taken + 1)") {
      let name = "\(writer.other.rawValue)\(taken + 1)"
      guard let letter = try readFile(name, in: folder) else { break }
      folder.removeFile(name)
      taken += 1
      letters.append(letter)
    }
    return letters
  }
}
