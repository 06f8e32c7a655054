/// Why nothing can be imported from a file or folder, and what to do.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the file, and what to do.
  public let description: String

  /// Creates an error.
  public init(_ message: String, remedy: String) { description = "\(message); \(remedy)" }

  init(_ description: String) { self.description = description }
}
