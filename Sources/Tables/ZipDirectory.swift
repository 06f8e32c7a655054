/// The directory at a zip archive's end.
struct ZipDirectory {
  let members: [Member]

  /// A file in the archive.
  struct Member {
    let name: String
    let isDeflated: Bool
    let packedCount: Int
    let header: Int
  }

  /// - Throws: ``TableError`` for an archive that is damaged, or packed in another way than by DEFLATE.
  init(_ bytes: [UInt8], origin: String) throws(TableError) {
    let damaged = TableError(
      origin: origin, message: "The zip archive is damaged or ends early. Download it again.")
    let tail = max(0, bytes.count - 65_557)
    guard
      let end = (tail..<max(tail, bytes.count - 21)).last(where: {
        bytes[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06])
      })
    else { throw damaged }
    let count = Self.number(bytes, end + 10, 2)
    var at = Self.number(bytes, end + 16, 4)
    var members: [Member] = []
    for _ in 0..<count {
      guard at >= 0, at + 46 <= bytes.count, bytes[at...].starts(with: [0x50, 0x4B, 0x01, 0x02])
      else { throw damaged }
      let nameCount = Self.number(bytes, at + 28, 2)
      let rest = Self.number(bytes, at + 30, 2) + Self.number(bytes, at + 32, 2)
      guard at + 46 + nameCount <= bytes.count else { throw damaged }
      let name = String(decoding: bytes[at + 46..<at + 46 + nameCount], as: UTF8.self)
      var packed = Self.number(bytes, at + 20, 4)
      let method = Self.number(bytes, at + 10, 2)
      guard method == 0 || method == 8 else {
        throw TableError(
          origin: origin,
          message: "The archive is packed in a way that is not read. Save it again "
            + "with numpy.savez_compressed.")
      }
      // numpy writes zip64 records; sizes that need them are beyond what is read.
      if packed == 0xFFFF_FFFF {
        let extra = at + 46 + nameCount
        packed = extra + 28 <= bytes.count ? Self.number(bytes, extra + 12, 8) : -1
      }
      guard packed >= 0, packed <= bytes.count else { throw damaged }
      members.append(
        Member(
          name: name, isDeflated: method == 8, packedCount: packed,
          header: Self.number(bytes, at + 42, 4)))
      at += 46 + nameCount + rest
    }
    self.members = members
  }

  /// A little-endian number.
  fileprivate static func number(_ bytes: [UInt8], _ at: Int, _ width: Int) -> Int {
    guard at >= 0, at + width <= bytes.count else { return -1 }
    var number: UInt64 = 0
    for place in (0..<width).reversed() { number = number << 8 | UInt64(bytes[at + place]) }
    return Int(truncatingIfNeeded: min(number, UInt64(Int32.max) * 4))
  }
}

extension ZipDirectory.Member {
  /// What the member holds, unpacked to at most `limit` bytes.
  func content(of bytes: [UInt8], origin: String, limit: Int) throws(TableError) -> [UInt8] {
    let names = ZipDirectory.number(bytes, header + 26, 2)
    let extra = ZipDirectory.number(bytes, header + 28, 2)
    let start = header + 30 + names + extra
    guard names >= 0, extra >= 0, start <= bytes.count, packedCount <= bytes.count - start,
      packedCount <= limit
    else {
      throw TableError(
        origin: origin, message: "The zip archive is damaged or ends early. Download it again.")
    }
    let packed = bytes[start..<start + packedCount]
    guard isDeflated else { return Array(packed) }
    var inflater = try Inflater(packed, format: .raw, origin: origin)
    var content: [UInt8] = []
    while let piece = try inflater.next() {
      content += piece
      guard content.count <= limit else {
        throw TableError(
          origin: origin, message: "It unpacks to more than 1 GiB, the most that is unpacked.")
      }
    }
    return content
  }
}
