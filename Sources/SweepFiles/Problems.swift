/// What is wrong with a file, collected so that a person sees all of it at once.
struct Problems {
  /// How many are shown; a file in which everything is wrong is wrong in one way.
  static let shown = 20

  private(set) var found: [FileError] = []

  /// True when nothing is wrong so far.
  var isEmpty: Bool { found.isEmpty }

  /// Adds one, and what it brings along.
  mutating func add(_ error: FileError) {
    guard found.count < 10 * Self.shown else { return }
    found += [error.alone] + error.further
  }

  /// Adds those of another collection.
  mutating func add(_ others: Problems) {
    for error in others.found { add(error) }
  }

  /// The value of an expression; nil where it throws, which is kept.
  mutating func trying<Result>(
    _ body: @autoclosure () throws(FileError) -> Result
  ) -> Result? {
    do throws(FileError) {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// Throws all that was found, in the order of the file.
  func check() throws(FileError) {
    guard !found.isEmpty else { return }
    let order = found.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      return (first.line ?? 0, first.column ?? 0, left.offset)
        < (second.line ?? 0, second.column ?? 0, right.offset)
    }
    throw order[0].element.with(further: order.dropFirst().map(\.element))
  }
}
