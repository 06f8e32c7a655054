import Basics

extension Table {
  /// Reads a table from a file: text with a header whose fields are separated by commas, tabulators,
  /// semicolons, bars or blanks; JSON objects, one a line or in a list; NumPy's `.npy` and `.npz`;
  /// all of them also packed by gzip. The content decides, not the name.
  ///
  /// - Parameter path: The file; `-` is standard input.
  /// - Throws: ``TableError`` for what cannot be read, or is damaged, too long or of another kind.
  public init(path: String) throws(TableError) {
    self = try Self.read(TableSource.read(path), origin: path == "-" ? "standard input" : path)
  }

  /// Reads a table from a text.
  ///
  /// - Throws: ``TableError``, at its place, for an open quote or a row of another length.
  public init(text: String, origin: String) throws(TableError) {
    try self.init(bytes: Array(text.utf8), origin: origin)
  }

  /// Reads a table from a file's bytes.
  ///
  /// - Throws: ``TableError``.
  public init(bytes: [UInt8], origin: String) throws(TableError) {
    let isPacked = bytes.starts(with: [0x1F, 0x8B])
    self = try Self.read(
      isPacked ? TableSource.unpacked(bytes, origin) : bytes, origin: origin)
  }

  private static func read(_ bytes: [UInt8], origin: String) throws(TableError) -> Table {
    try FileKind.check(bytes, origin)
    if FileKind.isNumPy(bytes) { return try NumPyArray(bytes[...], origin: origin).table() }
    if FileKind.isArchive(bytes) { return try NumPyArchive(bytes, origin: origin).table() }
    try checkText(bytes, origin)
    return FileKind.isJSON(bytes)
      ? try JSONRows.read(bytes, origin: origin)
      : try DelimitedReader.read(bytes, origin: origin)
  }

  /// Text is UTF-8.
  private static func checkText(_ bytes: [UInt8], _ origin: String) throws(TableError) {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    do throws(UTF8Text.Damage) {
      _ = try UTF8Text.decode(bytes)
    } catch {
      throw TableError(
        origin: origin, place: TableError.Place(line: error.line, column: error.column),
        message: "The text is not UTF-8. Save it as UTF-8.")
    }
  }
}
