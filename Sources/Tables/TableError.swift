import Basics

/// Why a table is not read, and where.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the person named it.
  public let origin: String
  /// The place; nil where the whole file is meant.
  public let place: Place?
  /// What is wrong and what to do, in full sentences.
  public let message: String

  /// A place in a text.
  public struct Place: Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1.
    public let column: Int

    /// Creates a place.
    public init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  /// Creates an error.
  public init(origin: String, place: Place? = nil, message: String) {
    self.origin = origin
    self.place = place
    self.message = message
  }

  /// A field that is no number.
  public static func noNumber(
    _ text: String, column: String, origin: String, place: Place?
  ) -> TableError {
    TableError(
      origin: origin, place: place,
      message:
        "Column \(printable(column)) has \"\(printable(String(text.prefix(60))))\", and a number was expected."
    )
  }

  /// `data.csv:3:7: Column loss has "x", and a number was expected.`
  public var description: String {
    guard let place else { return "\(origin): \(message)" }
    return "\(origin):\(place.line):\(place.column): \(message)"
  }
}
