/// What is wrong with a sweep file, a cluster file or a `--set` argument, where, and how to mend it.
///
/// The description has lines that editors and terminals can jump to, one for each error:
/// `sweep.yaml:7:5: unknown key "steeps"; did you mean "steps"? Expected one of: alpha, …`.
public struct FileError: Error, Hashable, Sendable {
  /// The file as the user named it, the preset, or the `--set` argument.
  public let file: String
  /// The line, from 1; nil when the error concerns the whole file or an argument.
  public let line: Int?
  /// The column in Unicode scalars, from 1; nil when `line` is.
  public let column: Int?
  /// What is wrong.
  public let message: String
  /// What to do about it.
  public let remedy: String?
  /// What else is wrong with the same file, in its order; each of them stands alone.
  public private(set) var further: [FileError] = []

  /// Creates an error.
  public init(
    file: String, line: Int? = nil, column: Int? = nil, message: String, remedy: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.remedy = remedy
  }
}

extension FileError: CustomStringConvertible {
  /// `file:line:column: message; remedy`, a line for each error.
  public var description: String {
    let rest = 1 + further.count - Problems.shown
    let lines = ([self] + further).prefix(Problems.shown).map(\.ownText)
    return (lines + (rest > 0 ? ["\(file): and \(rest) more"] : [])).joined(separator: "\n")
  }

  private var ownText: String {
    var text = file
    if let line, let column { text += ":\(line):\(column)" }
    text += ": \(message)"
    if let remedy { text += "; \(remedy)" }
    return text
  }
}

extension FileError {
  /// The same without what else is wrong.
  var alone: FileError { with(further: []) }

  /// The same with other errors behind it.
  func with(further: [FileError]) -> FileError {
    var error = self
    error.further = further
    return error
  }
}

/// Where a value stands: a line and column of a file, or a `--set` argument as a whole.
struct Place: Hashable, Sendable {
  /// The file's name, or `--set key=values`.
  let file: String
  /// The line, from 1; nil for an argument or a whole file.
  var line: Int?
  /// The column in Unicode scalars, from 1.
  var column: Int?

  /// `file:line:column`.
  var text: String {
    [file, line.map(String.init), column.map(String.init)].compactMap(\.self)
      .joined(separator: ":")
  }

  /// The place as a message about the same file names it: `line 7`.
  var short: String { line.map { "line \($0)" } ?? file }

  /// An error at this place.
  func error(_ message: String, _ remedy: String? = nil) -> FileError {
    FileError(file: file, line: line, column: column, message: message, remedy: remedy)
  }
}
