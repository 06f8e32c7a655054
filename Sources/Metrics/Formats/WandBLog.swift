import Basics

/// The records of a `.wandb` file while it grows: W&B's header, then the log format of LevelDB.
struct WandBLog: Sendable {
  private static let blockSize = 32_768
  private static let recordLimit = 1 << 26

  private var file: GrowingFile
  /// What has been read of the file and not yet taken apart, from this place on.
  private var carry: [UInt8] = []
  private var position = 0
  /// The fragments of a record that has not ended.
  private var record: [UInt8]?
  private(set) var isOther = false
  private(set) var damaged = 0

  init(path: String) { file = GrowingFile(path) }

  var path: String { file.path }
  /// Why nothing was read of it, or not its end.
  var problem: String? { file.problem }

  /// Hands out whole records.
  mutating func read(
    isFinal: Bool, reset: () -> Void, _ body: (ArraySlice<UInt8>) -> Void
  ) {
    var file = file
    file.read(
      isFinal: isFinal,
      reset: {
        self = WandBLog(path: path)
        reset()
      },
      { block in
        carry += block
        takeApart(body)
      })
    self.file = file
  }

  private mutating func takeApart(_ body: (ArraySlice<UInt8>) -> Void) {
    var rest = carry[...]
    func drop(_ count: Int) {
      position += count
      rest = rest.dropFirst(count)
    }
    if position == 0 {
      guard let header = rest.part(0, 7) else { return }
      isOther = !header.elementsEqual(
        ":W&B".utf8.prefix(4) + [0xE1, 0xBE, header[header.endIndex - 1]])
      drop(7)
    }
    while !isOther {
      let room = Self.blockSize - position % Self.blockSize
      if room < 7 {
        guard rest.count >= room else { break }
        drop(room)
        continue
      }
      guard let header = rest.part(0, 7) else { break }
      let length = Int(header.dropFirst(4).prefix(2).littleEndian)
      guard length <= room - 7, length > 0 || header.contains(where: { $0 != 0 }) else {
        // Nothing can be found before the next block; zeros are room that was never used.
        if header.contains(where: { $0 != 0 }) { damaged += 1 }
        guard rest.count >= room else { break }
        record = nil
        drop(room)
        continue
      }
      guard let data = rest.part(6, length + 1) else { break }
      if UInt64(CRC32(data).value) == header.prefix(4).littleEndian {
        take(data.dropFirst(), type: data[data.startIndex], body)
      } else {
        damaged += 1
        record = nil
      }
      drop(length + 7)
    }
    carry = isOther ? [] : Array(rest)
  }

  private mutating func take(
    _ data: ArraySlice<UInt8>, type: UInt8, _ body: (ArraySlice<UInt8>) -> Void
  ) {
    switch type {
    case 1:
      record = nil
      body(data)
    case 2: record = Array(data)
    case 3, 4:
      guard var whole = record else { return }
      record = nil
      guard whole.count + data.count <= Self.recordLimit else {
        damaged += 1
        return
      }
      whole += data
      if type == 4 { body(whole[...]) } else { record = whole }
    default: damaged += 1
    }
  }
}
