import Basics
import Posix

/// The event files of a folder, or one of them, `events.out.tfevents.*`, as TensorFlow, PyTorch and tensorboardX write
/// them: scalars by their tags, and the hyperparameters of the plugin `hparams`.
///
/// A run that was begun again has a further file; steps that go back replace what followed them.
struct TensorBoardReader: MetricReader {
  static let fileNamePart = "events.out.tfevents."
  private static let fileLimit = 10_000

  private let path: String
  private let prefix: String
  private var files: [String: EventFile] = [:]
  private var plugins = TagPlugins()
  /// Hyperparameters, times and the end of a session, where they are written.
  private(set) var session = EventSession()

  init(path: String, prefix: String) {
    self.path = path
    self.prefix = prefix
  }

  /// What is damaged, a sentence each.
  var problems: [String] {
    files.values.compactMap { file in
      file.hasToldDamage ? "\(file.path) has a record with a wrong checksum." : file.problem
    }.sorted()
  }

  /// The files of a folder in their order; of a file itself.
  static func files(in path: String) -> [String] {
    let names = Descriptor.names(in: path).filter { $0.contains(fileNamePart) }
    let isFile = names.isEmpty && path.contains(fileNamePart)
    return isFile
      ? [path] : names.sorted(by: NaturalOrder.isBefore).prefix(fileLimit).map { "\(path)/\($0)" }
  }

  /// What the first bytes of a folder's first file hold.
  static func start(of folder: String) -> (book: MetricBook, session: EventSession) {
    var (book, session, plugins) = (MetricBook(), EventSession(), TagPlugins())
    guard let path = files(in: folder).first, let file = (try? RegularFile.open(path)) ?? nil,
      let bytes = try? file.read(at: 0, count: 1 << 16)
    else { return (book, session) }
    var start = EventFile(path: path, prefix: "")
    start.take(bytes[...], into: &book, &session, &plugins)
    return (book, session)
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    for path in Self.files(in: path) {
      session.hasNumbers = false
      var file = files[path] ?? EventFile(path: path, prefix: prefix)
      files[path] = nil
      file.read(into: &book, &session, &plugins, isFinal: isFinal)
      files[path] = file
    }
  }
}

/// What event files say beside scalars.
struct EventSession: Sendable {
  var parameters: [RecordedRun.Parameter] = []
  /// 1 it went well, 2 it failed, 3 it runs.
  var status: Int?
  /// Numbers were read in this file.
  var hasNumbers = false
  /// Numbers stood before the status in its file, and none came after it.
  private var isLast = false
  /// Seconds since 1970.
  var first: Double?
  var last: Double?

  /// What a session says of its end.
  enum Ending: Hashable {
    /// It went well, as is written behind its numbers.
    case ended
    /// It went well, as is written before them: `add_hparams` always writes so.
    case claimed
    case failed
    case running
  }

  /// Nil where nothing is said.
  var ending: Ending? {
    switch status {
    case 1: isLast ? .ended : .claimed
    case 2: .failed
    case 3: .running
    default: nil
    }
  }

  mutating func addNumber() { (hasNumbers, isLast) = (true, false) }

  fileprivate mutating func end(_ status: Int?) {
    self.status = status
    isLast = hasNumbers
  }
}

/// To which plugin tags belong that are no scalars: it is said only where a tag first comes.
struct TagPlugins: Sendable {
  var others: Set<String> = []
}

/// One event file.
private struct EventFile: Sendable {
  /// Longer records, such as images, are stepped over.
  private static let recordLimit = 1 << 24

  private var file: GrowingFile
  private let prefix: String
  private var names: Set<String> = []
  /// The start of a record that is not whole.
  private var carry: [UInt8] = []
  /// How many bytes of a long record are still to come.
  private var skip = 0
  /// After a length with a wrong checksum nothing can be found any more.
  private var isLost = false
  private(set) var hasToldDamage = false

  var path: String { file.path }
  /// Why nothing was read of it, or not its end.
  var problem: String? { file.problem }

  init(path: String, prefix: String) {
    file = GrowingFile(path)
    self.prefix = prefix
  }

  mutating func read(
    into book: inout MetricBook, _ session: inout EventSession, _ plugins: inout TagPlugins,
    isFinal: Bool
  ) {
    var file = file
    file.read(
      isFinal: isFinal,
      reset: {
        book.forget(names)
        (names, carry, skip, isLost) = ([], [], 0, false)
      },
      { block in take(block, into: &book, &session, &plugins) })
    self.file = file
    if let problem { book.noteLoss(problem) }
  }

  mutating func take(
    _ block: ArraySlice<UInt8>, into book: inout MetricBook, _ session: inout EventSession,
    _ plugins: inout TagPlugins
  ) {
    let skipped = min(skip, block.count)
    skip -= skipped
    carry += block.dropFirst(skipped)
    var rest = carry[...]
    while !isLost, let header = rest.part(0, 12) {
      guard isChecked(header.prefix(8), header.suffix(4)) else {
        isLost = true
        noteDamage(&book, "everything after it is left out")
        break
      }
      guard let length = Int(exactly: header.prefix(8).littleEndian), length < 1 << 40 else {
        isLost = true
        break
      }
      if length > Self.recordLimit {
        skip = max(0, length + 16 - rest.count)
        rest = rest.dropFirst(length + 16)
        continue
      }
      guard let data = rest.part(12, length), let sum = rest.part(12 + length, 4) else { break }
      rest = rest.dropFirst(length + 16)
      if isChecked(data, sum) {
        var event = Event(data)
        event.record(into: &book, &session, &plugins, prefix, &names)
      } else {
        noteDamage(&book, "such records are left out")
      }
    }
    carry = isLost ? [] : Array(rest)
  }

  private func isChecked(_ data: ArraySlice<UInt8>, _ sum: ArraySlice<UInt8>) -> Bool {
    let crc = CRC32(data, .castagnoli).value
    return UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8) == sum.littleEndian
  }

  private mutating func noteDamage(_ book: inout MetricBook, _ consequence: String) {
    if !hasToldDamage {
      book.note("\(file.path) has a record with a wrong checksum: \(consequence).")
    }
    hasToldDamage = true
  }
}

/// One event.
private struct Event {
  private var step = 0
  private var time: Double?
  private var summaries: [ArraySlice<UInt8>] = []

  init(_ data: ArraySlice<UInt8>) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      switch number {
      case 1: time = value.real
      case 2: step = value.integer ?? 0
      case 5: if let bytes = value.bytes { summaries.append(bytes) }
      default: break
      }
    }
  }

  mutating func record(
    into book: inout MetricBook, _ session: inout EventSession, _ plugins: inout TagPlugins,
    _ prefix: String, _ names: inout Set<String>
  ) {
    if let time, time.isFinite {
      session.first = session.first ?? time
      session.last = time
    }
    for summary in summaries {
      var fields = ProtobufFields(summary)
      while let (number, field) = fields.next() {
        guard number == 1, let bytes = field.bytes else { continue }
        let value = EventValue(bytes, &session)
        if let plugin = value.plugin, plugin != "scalars", plugins.others.count < 100_000 {
          plugins.others.insert(value.tag)
        }
        guard let scalar = value.scalar, !plugins.others.contains(value.tag) else { continue }
        session.addNumber()
        book.record(prefix + value.tag, scalar, at: step)
        if names.count < 200_000 { names.insert(prefix + value.tag) }
      }
    }
  }
}

/// One value of a summary.
private struct EventValue {
  private(set) var tag = ""
  private(set) var plugin: String?
  private(set) var scalar: Double?

  init(_ data: ArraySlice<UInt8>, _ session: inout EventSession) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      switch number {
      case 1: tag = value.text ?? ""
      case 2: scalar = value.real
      case 8: scalar = value.bytes.flatMap(Self.scalar(ofTensor:)) ?? scalar
      case 9: if let bytes = value.bytes { readMetadata(bytes, &session) }
      default: break
      }
    }
  }

  /// The only number of a tensor.
  private static func scalar(ofTensor data: ArraySlice<UInt8>) -> Double? {
    var fields = ProtobufFields(data)
    var type = 0
    var content: ArraySlice<UInt8> = []
    var scalars: [Double] = []
    while let (number, value) = fields.next(), scalars.count < 2 {
      switch (number, value) {
      case (1, _): type = value.integer ?? 0
      case (4, .bytes(let bytes)): content = bytes
      case (5, .bytes(let bytes)) where bytes.count == 4: scalars += reals(bytes, of: 1)
      case (6, .bytes(let bytes)) where bytes.count == 8: scalars += reals(bytes, of: 2)
      case (5...6, .bytes(let bytes)): if !bytes.isEmpty { return nil }
      case (5, .fixed32), (6, .fixed64): scalars.append(value.real ?? .nan)
      case (7, .bytes(let bytes)), (10, .bytes(let bytes)):
        scalars += ProtobufFields.packed(bytes).map { Double(Int64(bitPattern: $0)) }
      case (7, .varint(let bits)), (10, .varint(let bits)):
        scalars.append(Double(Int64(bitPattern: bits)))
      default: break
      }
    }
    if scalars.isEmpty { scalars = reals(content, of: type) }
    return scalars.count == 1 ? scalars[0] : nil
  }

  /// The number that the bytes of a tensor hold; 1 float, 2 double, 3 and 9 integers.
  private static func reals(_ bytes: ArraySlice<UInt8>, of type: Int) -> [Double] {
    let bits = bytes.prefix(8).littleEndian
    switch (type, bytes.count) {
    case (1, 4): return [Double(Float(bitPattern: UInt32(bits)))]
    case (2, 8): return [Double(bitPattern: bits)]
    case (3, 4): return [Double(Int32(truncatingIfNeeded: bits))]
    case (9, 8): return [Double(Int64(bitPattern: bits))]
    default: return []
    }
  }

  private mutating func readMetadata(_ data: ArraySlice<UInt8>, _ session: inout EventSession) {
    var fields = ProtobufFields(data)
    while let (number, value) = fields.next() {
      guard number == 1, let bytes = value.bytes else { continue }
      var parts = ProtobufFields(bytes)
      while let (part, value) = parts.next() {
        if part == 1 { plugin = value.text }
        if part == 2, plugin == "hparams", let content = value.bytes { session.read(content) }
      }
    }
  }
}

extension EventSession {
  /// Reads what the plugin `hparams` writes of a session.
  fileprivate mutating func read(_ content: ArraySlice<UInt8>) {
    var fields = ProtobufFields(content)
    while let (number, value) = fields.next() {
      guard let bytes = value.bytes else { continue }
      var parts = ProtobufFields(bytes)
      while let (part, value) = parts.next() {
        switch (number, part) {
        case (3, 1): if let entry = value.bytes { addParameter(entry) }
        case (4, 1): end(value.integer)
        default: break
        }
      }
    }
  }

  private mutating func addParameter(_ entry: ArraySlice<UInt8>) {
    var fields = ProtobufFields(entry)
    var name: String?
    var found = RecordedRun.Value.null
    while let (number, value) = fields.next() {
      if number == 1 { name = value.text }
      guard number == 2, let bytes = value.bytes else { continue }
      var parts = ProtobufFields(bytes)
      while let (part, value) = parts.next() {
        switch part {
        case 2: found = value.real.map(RecordedRun.Value.init) ?? .null
        case 3: found = .text(value.text ?? "")
        case 4: found = .flag(value.integer == 1)
        default: break
        }
      }
    }
    guard let name, parameters.count < 100_000 else { return }
    parameters.removeAll { $0.name == name }
    parameters.append(RecordedRun.Parameter(name, found))
  }
}
