/// Files that are no text, by how they begin.
enum FileKind {
  /// Binary files that are not read, with what converts them.
  private struct Foreign {
    let name: String
    let magic: [UInt8]
    /// A line of Python; FILE stands for the file's name.
    let remedy: String

    init(_ name: String, _ magic: String, _ remedy: String) {
      self.init(name, Array(magic.utf8), remedy)
    }

    init(_ name: String, _ magic: [UInt8], _ remedy: String) {
      self.name = name
      self.magic = magic
      self.remedy = remedy
    }
  }

  private static let foreign = [
    Foreign("Parquet", "PAR1", pandas("read_parquet")),
    Foreign("Feather (Arrow)", "ARROW1", pandas("read_feather")),
    Foreign("Feather", "FEA1", pandas("read_feather")),
    Foreign("an Excel workbook of the old kind", [0xD0, 0xCF, 0x11, 0xE0], pandas("read_excel")),
    Foreign("HDF5", [0x89, 0x48, 0x44, 0x46], pandas("read_hdf")),
    Foreign("ORC", "ORC", pandas("read_orc")),
    Foreign(
      "SQLite", "SQLite format 3",
      "python3 -c \"import pandas, sqlite3; pandas.read_sql('SELECT * FROM TABLE', "
        + "sqlite3.connect(FILE)).to_csv('data.csv', index=False)\""),
    Foreign("a Python pickle", [0x80, 0x02], pandas("read_pickle")),
    Foreign("a Python pickle", [0x80, 0x03], pandas("read_pickle")),
    Foreign("a Python pickle", [0x80, 0x04], pandas("read_pickle")),
    Foreign("a Python pickle", [0x80, 0x05], pandas("read_pickle")),
    Foreign(
      "MATLAB", "MATLAB 5.0",
      "python3 -c \"import scipy.io, numpy; m = scipy.io.loadmat(FILE); numpy.savez('data.npz', "
        + "**{k: v.ravel() for k, v in m.items() if k[0] != '_'})\""),
    Foreign("packed by zstd", [0x28, 0xB5, 0x2F, 0xFD], "zstd -dc FILE | quanta fit - …"),
    Foreign("packed by xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz -dc FILE | quanta fit - …"),
    Foreign("packed by bzip2", "BZh", "bzip2 -dc FILE | quanta fit - …"),
    Foreign("UTF-16 text", [0xFF, 0xFE], "iconv -f UTF-16 -t UTF-8 FILE | quanta fit - …"),
    Foreign("UTF-16 text", [0xFE, 0xFF], "iconv -f UTF-16 -t UTF-8 FILE | quanta fit - …"),
    Foreign("PDF", "%PDF-", "export the table as CSV from where it was made"),
  ]

  private static func pandas(_ reader: String) -> String {
    "python3 -c \"import pandas; pandas.\(reader)(FILE).to_csv('data.csv', index=False)\""
  }

  /// Refuses what begins like a file of another kind, or has a byte 0 where text has none.
  static func check(_ bytes: [UInt8], _ path: String) throws(TableError) {
    if isNumPy(bytes) || isArchive(bytes) { return }
    for kind in foreign where bytes.starts(with: kind.magic) {
      if kind.magic == Array("BZh".utf8), !(bytes.count > 3 && bytes[3] &- 0x31 < 9) { continue }
      throw refusal(kind.name, kind.remedy, path)
    }
    guard !bytes.prefix(1 << 16).contains(0) else {
      throw TableError(
        origin: path,
        message:
          "This is no text: it has bytes of 0. Tables are read as CSV, TSV, JSON lines, NumPy's "
          + ".npy and .npz, each also packed by gzip.")
    }
  }

  /// An archive that is not NumPy's.
  static func foreignArchive(_ names: [String], _ path: String) -> TableError {
    if names.contains("[Content_Types].xml") {
      return refusal("an Excel workbook", pandas("read_excel"), path)
    }
    if names.contains(where: { $0.hasSuffix("data.pkl") }) {
      return refusal(
        "a PyTorch checkpoint",
        "python3 -c \"import torch, numpy; numpy.savez('data.npz', **{k: v.numpy() for k, v in "
          + "torch.load(FILE).items()})\"", path)
    }
    let shown = names.prefix(8).joined(separator: ", ")
    return TableError(
      origin: path,
      message:
        "This is a zip archive without NumPy arrays (\(shown)). Unpack it and name the table.")
  }

  private static func refusal(_ name: String, _ remedy: String, _ path: String) -> TableError {
    let quoted = "'\(path.split(separator: "'").joined(separator: "\\'"))'"
    return TableError(
      origin: path,
      message: "This file is \(name), which is not read. Convert it: "
        + remedy.split(separator: "FILE", omittingEmptySubsequences: false).joined(
          separator: quoted))
  }

  static func isNumPy(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59])
  }

  /// A zip archive, an empty one too.
  static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  /// JSON, one object after another or a list of them.
  static func isJSON(_ bytes: [UInt8]) -> Bool {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let first = bytes[start...].first(where: { !$0.isBlank && $0 != 10 && $0 != 13 }) else {
      return false
    }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}

extension UInt8 {
  /// A space or a tabulator.
  var isBlank: Bool { self == 0x20 || self == 0x09 }

  /// A line feed or a carriage return.
  var isLineEnd: Bool { self == 0x0A || self == 0x0D }
}
