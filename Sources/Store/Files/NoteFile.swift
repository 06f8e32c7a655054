import Foundation

/// What a store remembers by name beside its database, in a small file of JSON. A file that cannot be
/// read says nothing.
struct NoteFile<Note: Codable> {
  let path: String

  func read() -> [String: Note] {
    let bytes = ((try? DurableFile.read(path, limit: 1 << 20)) ?? nil) ?? []
    return (try? JSONDecoder().decode([String: Note].self, from: Data(bytes))) ?? [:]
  }

  /// Throws where the store cannot be written.
  func write(_ notes: [String: Note]) throws(StoreError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(notes) else { return }
    try DurableFile.write(Array(data), to: path, durable: false)
  }
}
