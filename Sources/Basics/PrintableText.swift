/// A foreign text made safe for a terminal: each run of white space and control characters is
/// one space.
package func printable(_ text: String) -> String {
  text.unicodeScalars
    .split { $0.value < 0x21 || (0x7F...0x9F).contains($0.value) }
    .map { String(String.UnicodeScalarView($0)) }
    .joined(separator: " ")
}
