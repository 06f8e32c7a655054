/// An array as NumPy's `save` writes it.
struct NumPyArray {
  /// The array's elements in C order, a column for every field of a structured one.
  enum Content {
    case plain(NumPyType)
    case fields([(name: String, type: NumPyType, offset: Int)], itemBytes: Int)
  }

  let shape: [Int]
  let content: Content
  private let isFortran: Bool
  private let origin: String
  private let data: ArraySlice<UInt8>

  var count: Int { shape.reduce(1, *) }

  /// Reads the header and checks that the data are there.
  ///
  /// - Throws: ``TableError`` for a damaged file, objects, and types that are no number or text.
  init(_ bytes: ArraySlice<UInt8>, origin: String) throws(TableError) {
    self.origin = origin
    let header = try NumPyHeader(bytes, origin: origin)
    shape = header.shape
    content = header.content
    isFortran = header.isFortran
    let itemBytes =
      switch header.content {
      case .plain(let type): type.bytes
      case .fields(_, let bytes): bytes
      }
    var length = itemBytes
    for side in header.shape {
      let (product, isOver) = length.multipliedReportingOverflow(by: side)
      guard !isOver, side >= 0, product <= bytes.count else {
        throw TableError(origin: origin, message: "The array ends early. Save it again.")
      }
      length = product
    }
    guard header.dataStart + length <= bytes.endIndex else {
      throw TableError(origin: origin, message: "The array ends early. Save it again.")
    }
    data = bytes[header.dataStart..<header.dataStart + length]
  }

  /// One row for each element of the first axis; columns are the fields of a structured array, else
  /// the second axis, named `0`, `1`, ….
  func table() throws(TableError) -> Table {
    let rows = shape.first ?? 1
    switch content {
    case .fields(let fields, let itemBytes):
      guard shape.count <= 1 else { throw tooManyAxes }
      return Table.made(
        origin: origin,
        columns: fields.map { field in
          (field.name, field.type.column(data, from: field.offset, stride: itemBytes, count: rows))
        }, rowCount: rows)
    case .plain(let type):
      guard shape.count <= 2 else { throw tooManyAxes }
      let width = shape.count == 2 ? shape[1] : 1
      guard width <= 100_000 else {
        throw TableError(
          origin: origin, message: "The array has \(width) columns. Is it transposed?")
      }
      let steps = isFortran ? (row: 1, column: rows) : (row: width, column: 1)
      return Table.made(
        origin: origin,
        columns: (0..<width).map { column in
          (
            "\(column)",
            type.column(
              data, from: column * steps.column * type.bytes, stride: steps.row * type.bytes,
              count: rows)
          )
        }, rowCount: rows)
    }
  }

  private var tooManyAxes: TableError {
    TableError(
      origin: origin,
      message:
        "The array has the shape (\(shape.map { "\($0)" }.joined(separator: ", "))), and a table "
        + "has two axes. Save a part of it, such as a[0].")
  }
}

extension Table {
  /// A column's content before it lies in a table.
  enum Made {
    case numbers([Double])
    case texts([String])
  }

  /// A table of numbers and texts; the latter lie behind each other in its bytes.
  static func made(
    origin: String, columns: [(name: String, content: Made)], rowCount: Int
  ) -> Table {
    var bytes: [UInt8] = []
    let stored = columns.map { column -> Column in
      switch column.content {
      case .numbers(let numbers): return .numbers(numbers)
      case .texts(let texts):
        return .fields(
          texts.map { text in
            let start = bytes.count
            bytes += Array(text.utf8)
            return Field(start..<bytes.count)
          })
      }
    }
    return Table(
      origin: origin, header: columns.map(\.name), columns: stored, rowCount: rowCount, bytes: bytes
    )
  }
}
