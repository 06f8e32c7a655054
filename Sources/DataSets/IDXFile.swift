import Basics

/// An IDX file of bytes: a header of sizes, then the numbers, as LeCun, Cortes & Burges describe the
/// format beside MNIST. All numbers of the header are big-endian.
///
/// | bytes | hold |
/// |---|---|
/// | 0, 1 | 0 |
/// | 2 | the numbers' type, 8 for bytes |
/// | 3 | the count of dimensions |
/// | 4… | the size of each dimension, four bytes each |
struct IDXFile {
  /// Sizes of the dimensions, the slowest first.
  let sizes: [Int]
  /// The numbers, the last dimension varies fastest.
  let content: [UInt8]

  /// Reads a whole file, unpacked if gzip has packed it.
  ///
  /// Throws when it is no IDX file of bytes, has other than `dimensions` dimensions, is empty, larger
  /// than `limit` bytes, or is shorter or longer than its header says.
  init(path: String, dimensions: Int, limit: Int) throws(DataSetError) {
    var file = try MaybeGzipped(path)
    let magic = try file.read(4)
    let expected: [UInt8] = [0, 0, 8, UInt8(dimensions)]
    guard magic == expected else {
      throw DataSetError(
        magic.isEmpty
          ? "\(path) is empty"
          : "\(path) begins with \(magic.hexadecimal), not with \(expected.hexadecimal)",
        remedy: "expected an IDX file of bytes with \(counted(dimensions, "dimension")), "
          + "as MNIST and Fashion-MNIST have, gzipped or not")
    }
    let header = try file.read(4 * dimensions)
    guard header.count == 4 * dimensions else {
      throw DataSetError("\(path) ends within its header", remedy: "download it again")
    }
    let sizes = (0..<dimensions).map { index in
      header[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var count = 1
    for size in sizes {
      let product = count.multipliedReportingOverflow(by: size)
      guard size > 0, !product.overflow, product.partialValue <= limit else {
        throw DataSetError(
          "\(path) says that it holds \(sizes.map(String.init).joined(separator: " × ")) bytes",
          remedy: "expected at least 1 and at most \(limit) of them")
      }
      count = product.partialValue
    }
    let content = try file.read(count + 1)
    guard content.count == count else {
      let found = content.count < count ? "only \(content.count)" : "more"
      throw DataSetError(
        "\(path) is truncated or damaged: its header says \(count) bytes, \(found) follow",
        remedy: "download it again")
    }
    self.sizes = sizes
    self.content = content
  }
}
