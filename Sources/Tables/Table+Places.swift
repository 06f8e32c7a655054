extension Table {
  /// Where a field begins; nil in a binary file.
  func place(_ row: Int, _ column: Int) -> TableError.Place? {
    guard row < lines.count else { return nil }
    let line = Int(lines[row])
    guard case .fields(let fields) = columns[column],
      fields[row].count > 0 || fields[row].start > 0,
      fields[row].range.lowerBound < sourceCount
    else { return TableError.Place(line: line, column: 1) }
    var start = Int(starts[row])
    while start > 0, !bytes[start - 1].isLineEnd { start -= 1 }
    return Self.place(of: fields[row].range.lowerBound, in: bytes, from: start, line: line)
  }

  /// The line and the column of a byte, after a byte order mark; looked for from the start of a line on.
  static func place(
    of offset: Int, in bytes: [UInt8], from start: Int = 0, line first: Int = 1
  ) -> TableError.Place {
    var (line, column) = (first, 1)
    var position = start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start
    while position < min(offset, bytes.count) {
      let byte = bytes[position]
      let isFeed = byte == UInt8(ascii: "\n")
      let isReturn = byte == UInt8(ascii: "\r")
      let isPair =
        isReturn && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
      if isFeed || (isReturn && !isPair) {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
      position += 1
    }
    return TableError.Place(line: line, column: column)
  }
}
