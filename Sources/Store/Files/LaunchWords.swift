/// The options about hosts with which the sweeps of a store were run last, as the command line takes
/// them: whatever goes on with such a sweep needs them to find the same work folders and workers. May be
/// used from any thread.
public struct LaunchWords: Sendable {
  private let layout: StoreLayout
  private let words: [String: [String]]

  /// Reads what is known.
  public init(_ layout: StoreLayout) {
    self.layout = layout
    words = NoteFile(path: layout.launches).read()
  }

  /// An option, its value, and so on; empty for a sweep that was run without any.
  public subscript(sweep: String) -> [String] { words[sweep] ?? [] }

  /// Those of every sweep that has any, where these are the same.
  public var common: [String] {
    let kinds = Set(words.values)
    return kinds.count == 1 ? kinds.first ?? [] : []
  }

  /// Notes with which options a sweep is run; none forgets it. Throws where the store cannot be written.
  public func note(_ options: [String], of sweep: String) throws(StoreError) {
    guard options != self[sweep] else { return }
    var words = words
    words[sweep] = options.isEmpty ? nil : options
    try NoteFile(path: layout.launches).write(words)
  }
}
