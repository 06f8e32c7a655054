/// Why a file or folder is no data set.
public struct DataSetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the file's path.
  public let message: String
  /// What to do about it.
  public let remedy: String

  /// Creates an error.
  public init(_ message: String, remedy: String) {
    self.message = message
    self.remedy = remedy
  }

  /// `message; remedy`.
  public var description: String { "\(message); \(remedy)" }
}
