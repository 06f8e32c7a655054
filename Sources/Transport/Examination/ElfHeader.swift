import Glibc

/// What a transport needs to know of an ELF file.
enum ElfHeader {
  /// True unless the file is an ELF program without an interpreter, that is a static one.
  ///
  /// A file that cannot be read, or is no 64-bit little-endian ELF, counts as needing one.
  static func needsInterpreter(path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return true }
    defer { close(file) }
    let head = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(0, read(file, buffer.baseAddress, buffer.count))
    }
    return needsInterpreter(head)
  }

  /// The same for the first bytes of a file.
  static func needsInterpreter(_ head: [UInt8]) -> Bool {
    let isElf64 = head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    guard isElf64, let table = number(head, at: 32, bytes: 8),
      let entrySize = number(head, at: 54, bytes: 2), let count = number(head, at: 56, bytes: 2)
    else { return true }
    let interpreter = 3  // PT_INTERP
    for index in 0..<count {
      guard let type = number(head, at: table + index * entrySize, bytes: 4) else { return true }
      if type == interpreter { return true }
    }
    return false
  }

  /// A little-endian number; nil outside the bytes or when it is no place inside them.
  private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    let value = bytes[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value < 1 << 32 ? Int(value) : nil
  }
}
