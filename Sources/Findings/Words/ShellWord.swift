/// Words of commands that messages name, for people to copy.
package enum ShellWord {
  /// A word as a POSIX shell reads it back.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "/._-~+,:@%=".contains($0) }
    guard !isPlain else { return word }
    // By scalars: a quote with an accent over it is no quote to Swift, but one to a shell.
    var quoted = "'"
    for scalar in word.unicodeScalars {
      if scalar == "'" { quoted += "'\\'" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "'"
  }
}
