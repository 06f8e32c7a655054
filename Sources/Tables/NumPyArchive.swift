import Basics

/// Arrays as NumPy's `savez` writes them: a zip archive of `.npy` files, stored or deflated.
struct NumPyArchive {
  /// The arrays by name, in the archive's order.
  let arrays: [(name: String, array: NumPyArray)]
  let origin: String

  init(_ bytes: [UInt8], origin: String) throws(TableError) {
    self.origin = origin
    let members = try ZipDirectory(bytes, origin: origin).members
    let suffix = ".npy"
    guard members.contains(where: { $0.name.hasSuffix(suffix) }) else {
      throw FileKind.foreignArchive(members.map { printable($0.name) }, origin)
    }
    var arrays: [(name: String, array: NumPyArray)] = []
    var total = 0
    for member in members where member.name.hasSuffix(suffix) {
      let content = try member.content(
        of: bytes, origin: origin, limit: TableSource.streamLimit - total)
      total += content.count
      let name = String(member.name.dropLast(suffix.count))
      arrays.append((name, try NumPyArray(content[...], origin: "\(origin)[\(printable(name))]")))
    }
    self.arrays = arrays
  }

  /// The arrays of one axis as columns, which must be equally long; an archive of one array is that
  /// array's table. A matrix of m rows beside columns of m elements gives columns `NAME.0`, `NAME.1`, ….
  func table() throws(TableError) -> Table {
    if arrays.count == 1 { return try arrays[0].array.table().named(origin) }
    let rows = arrays.map { $0.array.shape.first ?? 1 }
    guard rows.allSatisfy({ $0 == rows[0] }) else {
      let shapes = arrays.map { entry in
        "\(printable(entry.name)) (\(entry.array.shape.map { "\($0)" }.joined(separator: ", ")))"
      }
      throw TableError(
        origin: origin,
        message:
          "The arrays are not equally long: \(shapes.joined(separator: ", ")). Save those that "
          + "belong together, or name a matrix of curves: --y NAME --x-values NAME.")
    }
    var columns: [(name: String, content: Table.Made)] = []
    for (name, array) in arrays {
      let part = try array.table()
      for (place, title) in part.header.enumerated() {
        columns.append((part.header.count == 1 ? name : "\(name).\(title)", part.made(place)))
      }
    }
    return Table.made(origin: origin, columns: columns, rowCount: rows[0])
  }
}

extension Table {
  /// The same table with another origin.
  func named(_ origin: String) -> Table {
    Table(origin: origin, header: header, columns: columns, rowCount: rowCount, bytes: bytes)
  }

  func made(_ column: Int) -> Made {
    switch columns[column] {
    case .numbers(let numbers): .numbers(numbers)
    case .fields: .texts((0..<rowCount).map { text($0, column) })
    }
  }
}
