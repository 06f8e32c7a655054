import Basics
import Glibc

extension Table {
  /// Reads a matrix of curves, a row for each, as one row for every value: the columns `curve` (from
  /// 0), x, y, and whatever else the matrix's rows have.
  ///
  /// - Parameters:
  ///   - path: A file; `-` is standard input.
  ///   - xValues: Where all curves were measured: numbers with commas between them, a file of them, or
  ///     an array of the same `.npz` archive.
  ///   - y: The matrix's name in an archive; nil where there is one only.
  /// - Throws: ``TableError`` as for any table, and for values that are not as many as the matrix's columns.
  public static func curves(
    path: String, xValues: String, y: String?
  ) throws(TableError) -> Table {
    let origin = path == "-" ? "standard input" : path
    let bytes = try TableSource.read(path)
    if FileKind.isArchive(bytes) {
      return try NumPyArchive(bytes, origin: origin).curves(xValues: xValues, y: y)
    }
    let table = try Table(bytes: bytes, origin: origin)
    return try table.curves(at: values(xValues), named: "x", y: y ?? "y")
  }

  /// Numbers of the command line or of a file.
  fileprivate static func values(_ text: String) throws(TableError) -> [Double] {
    let words = text.split(separator: ",").map { word in
      String(word.drop { $0 == " " })
    }
    let numbers = words.compactMap(Table.number)
    if !numbers.isEmpty, numbers.count == words.count { return numbers }
    guard access(text, R_OK) == 0 else {
      throw TableError(
        origin: "--x-values",
        message:
          "\"\(printable(text))\" is neither numbers with commas between them nor a file, and "
          + "only a .npz archive has arrays of that name.")
    }
    let table = try Table(path: text)
    if table.rowCount == 1 {
      var row: [Double] = []
      for column in table.header.indices { row += try table.numbers(column) }
      return row
    }
    return try table.numbers(0)
  }

  /// The rows of a matrix at values of x, one below the other.
  func curves(
    at values: [Double], named x: String, y: String,
    beside others: [(name: String, content: Made)] = []
  ) throws(TableError) -> Table {
    let numeric = header.indices.filter { isNumeric($0) }
    let matrix = header.count == values.count ? Array(header.indices) : numeric
    guard matrix.count == values.count else {
      let isTurned = rowCount == values.count && numeric.count == header.count
      throw TableError(
        origin: origin,
        message:
          "The matrix has \(counted(rowCount, "row")) of \(counted(numeric.count, "number")), and there "
          + "are \(counted(values.count, "value")) of x. Each row is a curve: "
          + (isTurned
            ? "transpose the matrix, such as by numpy.save('data.npy', a.T)."
            : "give a value of x for every column."))
    }
    let count = rowCount * values.count
    var metric = [Double](repeating: .nan, count: count)
    for (place, column) in matrix.enumerated() {
      for (row, number) in try numbers(column).enumerated() {
        metric[row * values.count + place] = number
      }
    }
    let curve = (0..<count).map { Double($0 / values.count) }
    let inputs = (0..<count).map { values[$0 % values.count] }
    var columns: [(name: String, content: Made)] = [
      ("curve", .numbers(curve)), (x, .numbers(inputs)), (y, .numbers(metric)),
    ]
    let rest = header.indices.filter { !matrix.contains($0) }.map { (header[$0], made($0)) }
    for (name, content) in rest + others {
      columns.append((name, content.repeated(values.count)))
    }
    return Table.made(origin: origin, columns: columns, rowCount: count)
  }
}

extension Table.Made {
  /// Every element so many times.
  fileprivate func repeated(_ times: Int) -> Table.Made {
    switch self {
    case .numbers(let numbers):
      .numbers(numbers.flatMap { Array(repeating: $0, count: times) })
    case .texts(let texts): .texts(texts.flatMap { Array(repeating: $0, count: times) })
    }
  }
}

extension NumPyArchive {
  /// The matrix y of the archive at its array x, or at values given otherwise.
  func curves(xValues: String, y: String?) throws(TableError) -> Table {
    let matrices = arrays.filter { $0.array.shape.count == 2 }
    let names = arrays.map { printable($0.name) }.joined(separator: ", ")
    guard let matrix = y.map({ name in matrices.first { $0.name == name } }) ?? matrices.first,
      y != nil || matrices.count == 1
    else {
      throw TableError(
        origin: origin,
        message:
          "Name the matrix of curves with --y, one of the arrays with two axes. Arrays: \(names).")
    }
    let axis = arrays.first { $0.name == xValues }
    let values: [Double]
    if let axis {
      let table = try axis.array.table()
      values = try table.numbers(0)
    } else {
      values = try Table.values(xValues)
    }
    let table = try matrix.array.table().named(origin)
    var others: [(name: String, content: Table.Made)] = []
    for other in arrays
    where other.name != matrix.name && other.name != xValues
      && other.array.shape == [table.rowCount]
      && table.header.count == values.count
    {
      others.append((other.name, try other.array.table().made(0)))
    }
    return try table.curves(at: values, named: axis?.name ?? "x", y: matrix.name, beside: others)
  }
}
