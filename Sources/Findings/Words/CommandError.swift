/// Why what was asked cannot be done, and what to do instead.
package struct CommandError: Error, CustomStringConvertible {
  package let description: String

  package init(_ message: String, remedy: String = "") {
    description = remedy.isEmpty ? message : "\(message); \(remedy)"
  }
}
