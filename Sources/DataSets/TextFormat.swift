import SweepModel

/// A file of text in UTF-8, gzipped or not.
struct TextFormat: DataFormat {
  let kind = DataKind.text
  let installed: [String: String] = [:]
  let place = "a file of text such as ./corpus.txt"
  let noun = "the path of a text"
  let isFolder = false

  /// Reads the whole text.
  func read(_ path: String) throws(DataSetError) -> (layout: any DataLayout, content: [UInt8]) {
    var file = try MaybeGzipped(path)
    let content = try file.read(DataSet.maximumBytes + 1)
    guard let layout = PlainText(sizeBytes: content.count) else {
      throw DataSetError(
        content.isEmpty
          ? "\(path) is empty" : "\(path) holds more than \(DataSet.maximumBytes) bytes",
        remedy: "give a text of at least 1 byte and at most \(DataSet.maximumBytes >> 30) GiB")
    }
    guard String(validating: content, as: UTF8.self) != nil else {
      throw DataSetError(
        "\(path) is no text in UTF-8", remedy: "convert it, for example with iconv")
    }
    return (layout, content)
  }
}
