import Basics
import Metrics
import Posix
import SweepModel

/// A job's folder on its host: the copy of its code, its checkpoints, and what its metrics are so far.
///
/// It stays between attempts at the job on one host, but for the copy of the code.
struct CommandFolder {
  private let place: JobPlace
  /// It is new, with an empty folder for the code.
  private let isNew: Bool

  init(_ place: JobPlace) throws {
    self.place = place
    isNew = SpareFolder.take(as: place.folder)
    if !isNew { try makeFolders(checkpoint, mode: 0o700) }
  }

  /// Where the program keeps what it will go on from.
  var checkpoint: String { "\(place.folder)/checkpoint" }
  /// The private copy of the code, in which the program runs.
  var work: String { place.work }

  /// A text with names in the copy as they are in the code: where the copy lies says nothing, and differs
  /// between jobs that fail alike.
  func inWork(_ text: String) -> String {
    let (bytes, folder) = (Array(text.utf8), Array("\(work)/".utf8))
    var rest = bytes[...]
    var kept: [UInt8] = []
    while let byte = rest.first {
      if rest.starts(with: folder) {
        rest = rest.dropFirst(folder.count)
      } else {
        kept.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// Where the program writes metrics as JSON lines.
  var metrics: String { "\(place.folder)/metrics.jsonl" }
  /// The parameters as JSON.
  var parameters: String { "\(place.folder)/parameters.json" }
  /// The token of the attempt of which the checkpoint is, and the metrics up to it.
  private var state: String { "\(place.folder)/state" }

  /// Makes the copy of the code anew: nil leaves the folder empty.
  func copy(_ code: DataSet?, _ context: any JobContext) throws {
    if !isNew {
      guard FolderArchive.remove(work) else {
        throw JobFailure("The folder \(work) of an earlier attempt cannot be removed.")
      }
      FolderArchive.remove(metrics)
      try makeFolders(work, mode: 0o700)
    }
    guard let code else { return }
    try FolderArchive.unpack(context.content(of: code), into: work)
  }

  func write(parameters text: String) throws {
    try AtomicFile.write(Array(text.utf8), to: parameters, mode: 0o600, isDurable: false)
  }

  /// Which code the checkpoint is of, where that is known.
  private var author: String { "\(place.folder)/code" }

  /// A sentence where the checkpoint that lies here was written by other code than what runs now.
  func otherAuthor(than code: DataSet?) -> String? {
    guard let bytes = (try? AtomicFile.read(author)) ?? nil,
      let before = DataSet(name: String(decoding: bytes, as: UTF8.self)), let code,
      before.hash != code.hash
    else { return nil }
    return
      "it goes on from a checkpoint of other code (\(before.hash.prefix(10))) than what runs now "
      + "(\(code.hash.prefix(10))): its result is of both"
  }

  /// Notes that what lies here is from now on written by some code.
  func sign(_ code: DataSet?) throws {
    guard hasCheckpoint, let code else { return }
    try AtomicFile.write(Array(code.name.utf8), to: author, mode: 0o600, isDurable: false)
  }

  /// The paths of all files in the copy of the code.
  func files() -> Set<String> {
    Set((FolderArchive.paths(in: work) ?? []).filter { !Descriptor.isFolder("\(work)/\($0)") })
  }

  // What an attempt goes on from.

  /// True when a program that starts now finds something to go on from.
  var hasCheckpoint: Bool { !Descriptor.names(in: checkpoint).isEmpty }

  /// Takes the checkpoint that another host has sent where that is newer than what lies here. Returns
  /// the metrics up to the checkpoint; nil where there is nothing to go on from.
  func restore(_ sent: [UInt8]?) throws -> MetricBook? {
    var state = (try AtomicFile.read(state)).flatMap(CommandState.init)
    if let sent, let (newer, archive) = CommandState.split(sent), newer.token > state?.token ?? -1 {
      guard FolderArchive.remove(checkpoint) else {
        throw JobFailure("The folder \(checkpoint) of an earlier attempt cannot be removed.")
      }
      try makeFolders(checkpoint, mode: 0o700)
      try FolderArchive.unpack(archive, into: checkpoint)
      // What an earlier attempt has written here is part of what comes.
      FolderArchive.remove(metrics)
      try AtomicFile.write(newer.bytes, to: self.state, mode: 0o600, isDurable: false)
      state = newer
    }
    return hasCheckpoint ? state?.book ?? MetricBook() : nil
  }

  /// Notes how far the metrics are, for the next attempt on this host.
  func note(_ book: MetricBook) throws {
    guard hasCheckpoint else { return }
    let state = CommandState(token: place.attempt.token, book: book)
    try AtomicFile.write(state.bytes, to: self.state, mode: 0o600, isDurable: false)
  }

  /// The checkpoint was found to be too large for other hosts.
  var stays: Bool { !FolderArchive.stamp("\(place.folder)/\(JobPlace.staying)").isEmpty }

  /// What another host needs to go on; nil where that is more than may go there, or where the program
  /// is writing to its folder. `book` is asked for the metrics once the folder is packed: then they are
  /// no shorter than what the program believes to have told.
  func pack(carrying limit: Int, _ book: () -> MetricBook) throws -> [UInt8]? {
    guard hasCheckpoint, let before = stamp, let paths = FolderArchive.paths(in: checkpoint) else {
      return nil
    }
    guard FolderArchive.size(of: paths, in: checkpoint) <= limit else {
      try AtomicFile.write([], to: "\(place.folder)/\(JobPlace.staying)", isDurable: false)
      return nil
    }
    let archive = try FolderArchive.pack(paths, of: checkpoint, limit: limit + paths.count * 1024)
    guard stamp == before else { return nil }
    return CommandState(token: place.attempt.token, book: book()).with(archive)
  }

  /// Forgets what a next attempt would go on from; returns what makes other hosts forget it.
  func forget() throws -> [UInt8] {
    FolderArchive.remove(checkpoint)
    try makeFolders(checkpoint, mode: 0o700)
    let state = CommandState(token: place.attempt.token, book: MetricBook())
    try AtomicFile.write(state.bytes, to: self.state, mode: 0o600, isDurable: false)
    return state.with(try FolderArchive.pack([], of: checkpoint, limit: 1024))
  }

  /// Changes whenever anything in the checkpoint folder does.
  var stamp: [Int]? {
    FolderArchive.paths(in: checkpoint)?.flatMap { FolderArchive.stamp("\(checkpoint)/\($0)") }
  }

  /// Removes everything: the job is done.
  ///
  /// - Parameter isQuiet: everything that the job has started has ended: nobody writes there any more.
  func remove(isQuiet: Bool) {
    let files = [metrics, parameters].compactMap { $0.split(separator: "/").last.map(String.init) }
    if isQuiet, SpareFolder.keep(place.folder, folders: ["checkpoint", "work"], files: files) {
      return
    }
    FolderArchive.remove(place.folder)
  }
}

/// Of which attempt a checkpoint is, and the metrics that were recorded by then.
struct CommandState {
  let token: Int
  let book: MetricBook

  init(token: Int, book: MetricBook) {
    self.token = token
    self.book = book
  }

  init?(_ bytes: [UInt8]) {
    guard let (state, rest) = Self.split(bytes), rest.isEmpty else { return nil }
    self = state
  }

  /// The state, and what stands behind it; nil for damaged bytes.
  static func split(_ bytes: [UInt8]) -> (state: CommandState, rest: [UInt8])? {
    do throws(ByteDamage) {
      var reader = ByteReader(bytes)
      let token = try reader.integer()
      var book = MetricBook()
      for _ in 0..<(try reader.integer()) {
        let name = try Self.name(&reader)
        for _ in 0..<(try reader.integer()) {
          let step = try reader.integer()
          book.record(name, try reader.double(), at: step)
        }
      }
      for _ in 0..<(try reader.integer()) {
        let name = try Self.name(&reader)
        book.recordScalar(name, try reader.double())
      }
      return (CommandState(token: token, book: book), Array(try reader.take(reader.remaining)))
    } catch {
      return nil
    }
  }

  private static func name(_ reader: inout ByteReader) throws(ByteDamage) -> String {
    let count = Int(try reader.uint32())
    return String(decoding: try reader.take(count), as: UTF8.self)
  }

  var bytes: [UInt8] { with([]) }

  func with(_ rest: [UInt8]) -> [UInt8] {
    var out = ByteWriter()
    out.write(token)
    out.write(book.series.count)
    for series in book.series {
      Self.write(series.name, to: &out)
      out.write(series.steps.count)
      for (step, value) in zip(series.steps, series.values) {
        out.write(step)
        out.write(value)
      }
    }
    out.write(book.scalars.count)
    for scalar in book.scalars {
      Self.write(scalar.name, to: &out)
      out.write(scalar.value)
    }
    out.write { $0 += rest }
    return out.bytes
  }

  private static func write(_ name: String, to out: inout ByteWriter) {
    out.write(UInt32(name.utf8.count))
    out.write { $0 += Array(name.utf8) }
  }
}
