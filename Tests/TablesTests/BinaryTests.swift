import Foundation
import Tables
import Testing

/// What NumPy and gzip write, and what is named as not read.
struct BinaryTests {
  @Test
  func numpy_anyTypeAndOrder_isRead() throws {
    let matrix = try Table(bytes: Written.matrix, origin: "m.npy")
    #expect(matrix.header == ["0", "1"])
    #expect(try matrix.numbers(1) == [2, 4, 6])
    let fortran = try Table(bytes: Written.fortran, origin: "f.npy")
    #expect(try fortran.numbers(0) == [1.5, 3, 5])
    let structured = try Table(bytes: Written.structured, origin: "s.npy")
    #expect(structured.header == ["name", "n", "loss"])
    #expect(structured.text(1, 0) == "b")
    #expect(try structured.numbers(1) == [10, 20])
    #expect(try structured.numbers(2) == [1, 0.5])
    let aligned = try Table(bytes: Written.aligned, origin: "a.npy")
    #expect(aligned.header == ["n", "loss"])
    #expect(try aligned.numbers(1) == [2.5, 4.5])
  }

  @Test
  func archive_ofColumns_isATable() throws {
    let table = try Table(bytes: Written.npz, origin: "t.npz")
    #expect(table.header == ["n", "loss"])
    #expect(try table.numbers(1) == [2, 1, 0.5, 0.25])
    #expect(
      #expect(throws: TableError.self) { try Table(bytes: Written.ragged, origin: "t.npz") }?
        .description
        == "t.npz: The arrays are not equally long: a (3), b (4). Save those that belong together, or "
        + "name a matrix of curves: --y NAME --x-values NAME.")
  }

  @Test
  func curves_ofAnArchive_areRowsWithTheirOtherColumns() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("curves-\(UUID().uuidString).npz").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Written.npzc).write(to: URL(fileURLWithPath: path))
    for values in ["steps", "1,2,4,8"] {
      let table = try Table.curves(path: path, xValues: values, y: nil)
      #expect(table.header.prefix(3) == ["curve", values == "steps" ? "steps" : "x", "curves"])
      #expect(table.rowCount == 12)
      #expect(try table.numbers(1).prefix(5) == [1, 2, 4, 8, 1])
      #expect(try table.numbers(2)[4] == 3)
      #expect(try table.numbers(table.column("token"))[11] == 9)
    }
    #expect(
      #expect(throws: TableError.self) {
        try Table.curves(path: path, xValues: "1,2,4,5,6", y: nil)
      }?
      .description.hasSuffix(
        "The matrix has 3 rows of 4 numbers, and there are 5 values of x. Each row is a curve: give a "
          + "value of x for every column.") == true)
  }

  /// A matrix on its side would be read as other curves without a word.
  @Test
  func curves_ofATransposedMatrix_areRefusedWithTheShape() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("curves-\(UUID().uuidString).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("a,b\n3,4\n2,3\n1,2\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(
      #expect(throws: TableError.self) {
        try Table.curves(path: path, xValues: "1,2,4", y: nil)
      }?.message
        == "The matrix has 3 rows of 2 numbers, and there are 3 values of x. Each row is a curve: "
        + "transpose the matrix, such as by numpy.save('data.npy', a.T).")
    #expect(try Table.curves(path: path, xValues: "1,2", y: nil).rowCount == 6)
  }

  @Test
  func gzip_severalMembers_areOneText() throws {
    let table = try Table(bytes: Written.gz, origin: "t.csv.gz")
    #expect(try table.numbers(1) == [2, 1, 0.5])
    let error = #expect(throws: TableError.self) {
      try Table(bytes: Array(Written.gz.prefix(30)), origin: "t.csv.gz")
    }
    #expect(
      error?.description
        == "t.csv.gz: The packed content is damaged or ends early. Download it again.")
  }

  @Test(arguments: [
    ("PAR1\u{15}\u{4}", "Parquet", "read_parquet"), ("ARROW1\0\0", "Feather", "read_feather"),
    ("FEA1\0\0", "Feather", "read_feather"), ("SQLite format 3\0", "SQLite", "to_csv"),
  ])
  func foreign_anyKind_isNamedWithWhatConvertsIt(start: String, name: String, remedy: String) {
    let error = #expect(throws: TableError.self) {
      try Table(bytes: Array(start.utf8), origin: "d.parquet")
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("d.parquet: This file is \(name)"))
    #expect(text.contains("which is not read. Convert it: python3 -c"))
    #expect(text.contains(remedy) && text.contains("'d.parquet'"))
  }

  @Test(
    arguments: [[0x80, 0x04, 0x95], [0x80, 0x05], [0xD0, 0xCF, 0x11, 0xE0, 0xA1]] as [[UInt8]])
  func foreign_binary_isNamed(bytes: [UInt8]) {
    let error = #expect(throws: TableError.self) { try Table(bytes: bytes, origin: "d") }
    #expect(error?.message.contains("which is not read. Convert it: python3 -c") == true)
  }

  @Test
  func numpy_damagedAnywhere_isRefusedOrRead() {
    for whole in [Written.structured, Written.npz, Written.npzc, Written.gz] {
      for count in 0..<whole.count {
        _ = try? Table(bytes: Array(whole.prefix(count)), origin: "t")
        var flipped = whole
        flipped[count] ^= 0xFF
        _ = try? Table(bytes: flipped, origin: "t")
      }
    }
    #expect(throws: TableError.self) { try Table(bytes: Written.objects, origin: "o.npy") }
  }
}
