import Basics
import Testing

/// Command lines taken apart.
@Suite struct ShellWordsTests {
  @Test func escapesOfBash_areRead_whereTheyAreAskedFor() {
    let line = #"a --u $'a\012b\'\n\x41\q' x$'\t'y "$'z'" \$'w' $v"#
    let (words, isWhole) = ShellWords.split(line, isBash: true)
    #expect(words == ["a", "--u", "a\nb'\nA\\q", "x\ty", "$'z'", "$w", "$v"] && isWhole)
    #expect(ShellWords.split("$'a\\'", isBash: true).isWhole == false)
    #expect(ShellWords.split("$'a b'").words == ["$a b"])
  }
}
