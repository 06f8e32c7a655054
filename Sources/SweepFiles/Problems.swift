/// What is wrong with a file, collected by whoever reads a part of it, so that a person sees all of it
/// at once.
final class Problems {
  /// How many are shown; a file in which everything is wrong is wrong in one way.
  static let shown = 20

  private(set) var found: [FileError] = []

  /// True when nothing is wrong so far.
  var isEmpty: Bool { found.isEmpty }

  /// True when so much is wrong that looking for more helps nobody.
  var areTooMany: Bool { found.count >= 10 * Self.shown }

  /// Adds one, and what it brings along.
  func add(_ error: FileError) {
    guard !areTooMany else { return }
    found += [error.alone] + error.further
  }

  /// The value of an expression; nil where it throws, which is kept.
  func trying<Result>(_ body: @autoclosure () throws(FileError) -> Result) -> Result? {
    do throws(FileError) {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// What a function makes of elements, without those for which it throws, which is kept.
  func collecting<Element, Result>(
    _ elements: [Element], _ body: (Element) throws(FileError) -> Result
  ) -> [Result] {
    var results: [Result] = []
    for element in elements where !areTooMany {
      if let result = trying(try body(element)) { results.append(result) }
    }
    return results
  }

  /// Throws all that was found, in the order of the file.
  func check() throws(FileError) {
    if let all { throw all }
  }

  /// The error to end with where nothing more can be read: all that was found.
  func ending(with error: FileError) -> FileError {
    add(error)
    return all ?? error
  }

  private var all: FileError? {
    guard !found.isEmpty else { return nil }
    let order = found.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      return (first.line ?? 0, first.column ?? 0, left.offset)
        < (second.line ?? 0, second.column ?? 0, right.offset)
    }
    return order[0].element.with(further: order.dropFirst().map(\.element))
  }
}
