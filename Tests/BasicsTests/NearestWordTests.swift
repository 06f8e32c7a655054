import Testing

@testable import Basics

@Suite struct NearestWordTests {
  @Test(arguments: [
    ("steeps", "steps"), ("stpes", "steps"), ("Steps", "steps"), ("widht", "width"),
    ("param", "parameters"), ("wdth", "width"), ("parmeters", "parameters"),
    ("sed", "seed"), ("wdt", "width"), ("prmtrs", "parameters"),
  ])
  func of_slip_isTheWord(slip: String, word: String) {
    #expect(NearestWord.of(slip, in: ["steps", "width", "parameters", "seed"]) == word)
  }

  @Test(arguments: ["", "momentum", "xy", "zzzzz", "eed s", "wxh", "prm", "idth.w"])
  func of_otherWord_isNil(word: String) {
    #expect(NearestWord.of(word, in: ["steps", "width", "parameters", "seed"]) == nil)
  }

  @Test func remedy_ofManyWords_namesTheNearestFew() {
    let words = (1...15).map { "parity-width-\($0)" } + (1...15).map { "grokking-rates-\($0)" }
    let slip = NearestWord.remedy(for: "parity-wdth-3", in: words)
    #expect(slip == "did you mean \"parity-width-3\"?")
    let other = NearestWord.remedy(for: "grokking", in: words)
    #expect(other.contains("grokking-rates-1"))
    #expect(!other.contains("parity"))
    #expect(NearestWord.remedy(for: "x", in: ["aa", "bb"]) == "expected one of: aa, bb")
  }

  @Test func distance_swapOfNeighbours_isOne() {
    let distance = { (left: String, right: String) in
      NearestWord.distance(Array(left.unicodeScalars), Array(right.unicodeScalars))
    }
    #expect(distance("ab", "ba") == 1)
    #expect(distance("kitten", "sitting") == 3)
    #expect(distance("", "abc") == 3)
    #expect(distance("abc", "") == 3)
    #expect(distance("same", "same") == 0)
  }
}
