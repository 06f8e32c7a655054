import Tables
import Testing

/// Conditions on rows, groups of equal values and computed columns.
struct ConditionTests {
  private func rows(_ condition: String, _ column: String) throws -> [Int] {
    let text = "v\n" + column.split(separator: " ").map { "\($0)\n" }.joined()
    let table = try Table(text: text, origin: "t")
    let condition = try #require(RowCondition(condition))
    return try condition.rows(of: table, among: Array(0..<table.rowCount))
  }

  @Test(arguments: [
    ("v=61e9540", "61e9540 14e7000 7", [0]), ("v=007", "007 7 a", [0]), ("v=7", "007 7 a", [1]),
    ("v=7", "007 7 8", [1]), ("v=0.00001", "1e-05 2e-05 0.00001", [0, 2]),
    ("v=7e7", "70M 160M 1B", [0]), ("v=70M,1B", "70M 160M 1B", [0, 2]),
    ("v!=70M", "70M 160M 1B", [1, 2]), ("v!=70M,160M", "70M 160M 1B", [2]),
    ("v>160M", "70M 160M 1B", [2]), ("v>=160M", "70M 160M 1B", [1, 2]), ("v<1e9", "70M NA 1B", [0]),
    ("v <= 2", "1 2 3", [0, 1]), ("v==2", "1 2.0 3", [1]), ("v=NA", "1 NA 3", [1]),
    ("v=a,b", "a b c", [0, 1]), ("v=x=y", "x=y z", [0]), ("v=1e5", "1e5 100000 a1", [0]),
  ])
  func rows_ofACondition_areThoseThatMeetIt(
    condition: String, column: String, expected: [Int]
  ) throws {
    #expect(try rows(condition, column) == expected)
  }

  @Test(arguments: [
    ("v=9", "1 2", "t:1:1: No row has v = 9. Known: 1, 2."),
    ("v=a", "b c", "t:1:1: No row has v = a. Known: b, c."),
    ("v=15", "1 2 3 4 5 6 7 8 9 20 30", "t:1:1: No row has v = 15. The nearest: 20, 9, 8, 7."),
    ("v>40", "1 NA 30", "t:1:1: No row has v > 40. They go from 1 to 30."),
    (
      "v>a", "1 2",
      "--where: v > a compares with \"a\", which is no number. Write one, such as 1e9 or 7B; names go with "
        + "= and !=."
    ),
    (
      "v<3", "1 b",
      "t:3:1: Column v has \"b\", and a number was expected. Mend it; NA stands for a missing value."
    ),
    ("w=3", "1 2", "t:1:1: There is no column called w. Known: v."),
  ])
  func condition_thatNothingMeets_isRefused(condition: String, column: String, message: String) {
    #expect(
      #expect(throws: TableError.self) { try rows(condition, column) }?.description == message)
  }

  /// A slip of the pen in a set leaves out rows without a word.
  @Test(arguments: [
    ("v=1,3", "1 2", ["3: 2 1"]), ("v!=7B", "7000000001 70M", ["7B: 7000000001 70M"]),
    ("v=70M", "7e7 1", []), ("v=a,bb", "a b c", ["bb: b a c"]), ("v=9", "1 2", []),
    ("v<9", "1 2", []), ("v=1e6,1e7", "1000000 1e7", []),
  ])
  func absent_valuesOfASet_areNamedWithTheNearest(
    condition: String, column: String, expected: [String]
  ) throws {
    let rows = column.split(separator: " ")
    let table = try Table(text: (["v"] + rows).joined(separator: "\n"), origin: "t")
    let found = try #require(RowCondition(condition)).absent(in: table)
    #expect(found.map { "\($0.value): \($0.nearest.joined(separator: " "))" } == expected)
  }

  @Test
  func condition_textWithCommas_isItselfFirst() throws {
    let table = try Table(text: "v,n\n\"big, new\",1\nbig,2\nnew,3\n", origin: "t")
    let condition = try #require(RowCondition("v=big, new"))
    #expect(try condition.rows(of: table, among: [0, 1, 2]) == [0])
  }

  @Test(arguments: [
    ("1e-05 0.00001 1e-4", [0, 0, 1]), ("0 -0 1", [0, 0, 1]), ("007 7 007", [0, 1, 0]),
    ("61e9540 14e7000 61e9540", [0, 1, 0]), ("a b a", [0, 1, 0]), ("1B 1e9 1000M", [0, 0, 0]),
    ("NA 1 NA", [0, 1, 0]),
  ])
  func codes_ofAColumn_areOneForEqualValues(column: String, expected: [Int32]) throws {
    let text = "v\n" + column.split(separator: " ").map { "\($0)\n" }.joined()
    #expect(try Table(text: text, origin: "t").codes(0).values == expected)
  }

  @Test(arguments: [
    ("C=6*N*D", [60]), ("C = 6 * (N + D)^2 / 3", [98]), ("C=-N^2", [-4]), ("C=2^3^2", [512]),
    ("C=N**2", [4]), ("C=log(N*D)", [2.302585092994046]), ("C=log10(1e3)+log2(8)", [6]),
    ("C=sqrt(N+2)-exp(0)", [1]), ("C=1.5k-N", [1498]), ("C=`a b`/N", [3.5]), ("C=N\u{2212}D", [-3]),
    ("C=10-3-2", [5]), ("C=x.y*2", [22]),
  ])
  func formula_anyOperators_haveTheUsualPrecedence(text: String, expected: [Double]) throws {
    var table = try Table(text: "N,D,a b,x.y\n2,5,7,11\n", origin: "t")
    try ColumnFormula(text).add(to: &table)
    #expect(try table.numbers(table.column("C")) == expected)
  }

  @Test(arguments: [
    ("C=6*Q", "--let:1:5: There is no column called Q. Known: N, D."),
    ("C=6*(N", "--let:1:5: This parenthesis never closes."),
    ("C=6*", "--let:1:5: The formula ends where a number or a column was expected."),
    ("C", "--let:1:2: An equals sign was expected, as in C=6*N*D."),
    ("=6", "--let:1:1: A number or a column was expected."),
    ("C=6 N", "--let:1:5: Nothing was expected here, or a + − * / ^."),
    (
      "C=ln(N)",
      "--let:1:3: There is no function called ln. There are exp, log (natural), log10, log2 and sqrt."
    ),
    ("C=1x", "--let:1:3: 1x is no number."),
    ("N=2*D", "t:1:1: There is a column called N already. Take another name."),
    ("C=" + String(repeating: "(", count: 500), "--let:1:102: The formula is nested too deeply."),
    ("C=" + String(repeating: "-", count: 500), "--let:1:201: The formula is nested too deeply."),
  ])
  func formula_damaged_isRefusedAtTheCharacter(text: String, message: String) throws {
    var table = try Table(text: "N,D\n2,5\n", origin: "t")
    let error = #expect(throws: TableError.self) { try ColumnFormula(text).add(to: &table) }
    #expect(error?.description == message)
  }

  @Test
  func formula_missingOperand_isMissing() throws {
    var table = try Table(text: "N,D\n2,NA\n3,4\n", origin: "t")
    try ColumnFormula("C=N*D").add(to: &table)
    try ColumnFormula("F=2*C").add(to: &table)
    #expect(try table.numbers(3)[0].isNaN)
    #expect(try table.numbers(3)[1] == 24)
    #expect(table.missing(0, 3) == "F is NaN")
  }
}
