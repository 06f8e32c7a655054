import Basics

/// Builds messages of Protocol Buffers, event files and logs as other programs write them.
enum Made {
  static func varint(_ value: UInt64) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  static func field(_ number: UInt64, integer: Int) -> [UInt8] {
    varint(number << 3) + varint(UInt64(bitPattern: Int64(integer)))
  }

  static func field(_ number: UInt64, double: Double) -> [UInt8] {
    varint(number << 3 | 1) + little(double.bitPattern, 8)
  }

  static func field(_ number: UInt64, float: Float) -> [UInt8] {
    varint(number << 3 | 5) + little(UInt64(float.bitPattern), 4)
  }

  static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// A record of an event file.
  static func event(_ data: [UInt8]) -> [UInt8] {
    let length = little(UInt64(data.count), 8)
    let mask = { (bytes: [UInt8]) -> [UInt8] in
      let crc = CRC32(bytes[...], .castagnoli).value
      return little(UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8), 4)
    }
    return length + mask(length) + data + mask(data)
  }

  /// An event with one value.
  static func scalar(_ tag: String, step: Int, value: [UInt8]) -> [UInt8] {
    event(
      field(1, double: 1_700_000_000 + Double(step)) + field(2, integer: step)
        + field(5, field(1, field(1, tag) + value)))
  }

  /// A `.wandb` file of records.
  static func wandb(_ records: [[UInt8]]) -> [UInt8] {
    var file: [UInt8] = Array(":W&B".utf8) + [0xE1, 0xBE, 1]
    for record in records {
      var rest = record[...]
      var isFirst = true
      repeat {
        let room = 32768 - file.count % 32768
        guard room >= 7 else {
          file += Array(repeating: 0, count: room)
          continue
        }
        let part = rest.prefix(room - 7)
        rest = rest.dropFirst(part.count)
        let type: UInt8 = isFirst ? (rest.isEmpty ? 1 : 2) : (rest.isEmpty ? 4 : 3)
        isFirst = false
        let sum = CRC32(([type] + part)[...]).value
        file += little(UInt64(sum), 4) + little(UInt64(part.count), 2) + [type] + part
        if rest.isEmpty { break }
      } while true
    }
    return file
  }

  /// A history record of W&B.
  static func history(step: Int, _ values: [(String, String)]) -> [UInt8] {
    field(
      2,
      values.flatMap { field(1, field(2, $0.0) + field(16, $0.1)) }
        + field(2, step == 0 ? [] : field(1, integer: step)))
  }
}
