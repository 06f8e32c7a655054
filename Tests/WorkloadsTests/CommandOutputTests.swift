import Testing

@testable import Workloads

/// What is made of a program's output on its way into the log.
@Suite struct CommandOutputTests {
  @Test(arguments: [1, 3, 4096, 1 << 20])
  func lastWords_areThoseOfTheLastLineThatHoldsAny(_ piece: Int) {
    let blanks = Array(repeating: Array("\n \t\r".utf8), count: 3000).flatMap(\.self)
    for (printed, words) in [
      ("", ""), ("one\ntwo", "two"), ("one\ntwo\r\n", "two"), ("10%\r20%\r", "20%"),
      ("x\u{1B}[2J a b\n", "x [2J a b"), (String(repeating: "line\n", count: 2000) + "end", "end"),
    ] {
      var output = CommandOutput(at: 0)
      var rest = (Array(printed.utf8) + blanks)[...]
      while !rest.isEmpty {
        _ = output.take(Array(rest.prefix(piece)), at: 0)
        rest = rest.dropFirst(piece)
      }
      _ = output.end()
      #expect(output.lastWords == words)
    }
  }
}
