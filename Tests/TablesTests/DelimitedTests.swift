import Tables
import Testing

/// Text tables as people have them: all say the same.
struct DelimitedTests {
  private static let plain = "n,loss\n1000,2.5\n2000,1.25\n"

  private static let ways: [(String, String)] = [
    ("LF", plain),
    ("CRLF", "n,loss\r\n1000,2.5\r\n2000,1.25\r\n"),
    ("CR", "n,loss\r1000,2.5\r2000,1.25"),
    ("a byte order mark", "\u{FEFF}" + plain),
    ("tabulators", "n\tloss\n1000\t2.5\n2000\t1.25\n"),
    ("semicolons with decimal commas", "n;loss\n1000;2,5\n2000;1,25\n"),
    ("semicolons with decimal points", "n;loss\n1000;2.5\n2000;1.25\n"),
    ("Excel's sep=", "sep=;\r\nn;loss\r\n1000;2,5\r\n2000;1,25\r\n"),
    ("sep=| behind a mark", "\u{FEFF}sep=|\nn|loss\n1000|2.5\n2000|1.25\n"),
    ("bars", "n|loss\n1000|2.5\n2000|1.25\n"),
    ("blanks around fields", " n , loss \n 1000 , 2.5 \n\t2000\t, 1.25\t\n"),
    ("a trailing blank", "n,loss \n1000,2.5 \n2000,1.25 \n"),
    ("trailing commas", "n,loss\n1000,2.5,\n2000,1.25,\n"),
    ("columns of blanks", "  n     loss\n  1000  2.5\n  2000  1.25  \n"),
    ("blanks and tabulators mixed", "n loss\n1000 \t 2.5\n2000\t1.25\n"),
    ("savetxt's header", "# n loss\n1.000e+03 2.5e+00\n2.000e+03 1.25e+00\n"),
    ("savetxt's header with commas", "#n,loss\n1000,2.5\n2000,1.25\n"),
    ("comments", "# made by me\n\nn,loss\n# half\n1000,2.5\n  # more\n2000,1.25\n#end"),
    ("two comments, the header last", "# seed 7\n# n loss\n1000 2.5\n2000 1.25\n"),
    ("quotes", "\"n\",\"loss\"\n\"1000\", \"2.5\"\n\"2000\" ,\"1.25\"\n"),
    ("blank lines", "\n\nn,loss\n\n1000,2.5\n\n\n2000,1.25\n\n"),
    ("sizes", "n,loss\n1k,2.5\n2K,1.25\n"),
    (
      "NIST",
      "NIST/ITL StRD\nDataset Name:  X\nData:  1 Response (loss)\n\nData:   n    loss\n  1.0E3  2.5\n  2E3  1.25\n"
    ),
    ("JSON lines", "{\"n\": 1000, \"loss\": 2.5}\n{\"loss\": 1.25, \"n\": 2e3}\n"),
    ("JSON list", "[{\"n\": 1000, \"loss\": 2.5},\n {\"n\": 2000, \"loss\": 1.25}]\n"),
    ("JSON texts", "{\"n\": \"1k\", \"l\\u006fss\": \"2.5\"}\n\n{\"n\": 2000, \"loss\": 1.25}"),
  ]

  @Test(arguments: ways)
  func table_anyWayOfWritingIt_isTheSame(name: String, text: String) throws {
    let table = try Table(text: text, origin: "t")
    #expect(table.header == ["n", "loss"], "\(name)")
    #expect(try table.numbers(0) == [1000, 2000], "\(name)")
    #expect(try table.numbers(1) == [2.5, 1.25], "\(name)")
  }

  @Test(arguments: [
    "1 2.5\n3 4\n", "1,2.5\n3,4\n", "1\t2.5\r\n3\t4", "# made by me today\n1 2.5\n3 4\n",
  ])
  func table_numbersOnly_hasColumnsCountedFromZero(text: String) throws {
    let table = try Table(text: text, origin: "t")
    #expect(table.header == ["0", "1"])
    #expect(try table.numbers(0) == [1, 3])
    #expect(try table.numbers(1) == [2.5, 4])
  }

  @Test(arguments: [
    ("1.3B", "1.3e9"), ("70M", "7e7"), ("12k", "12000"), ("1T", "1e12"), ("7b", "7e9"),
    ("\u{2212}2.5", "-2.5"), ("1e\u{2212}3", "1e-3"), ("+4", "4"), (".5", "0.5"), ("5.", "5"),
    ("1.7976931348623157e308", ""), ("5e-324", ""), ("inf", ""), ("0.1", ""),
    ("9007199254740993", ""), ("123456789012345678901234567890", ""), ("0.30000000000000004", ""),
    ("2.2250738585072011e-308", ""), ("1e23", ""), ("8.41e21", ""), ("0e999", "0"),
  ])
  func number_asPeopleWriteIt_isRead(text: String, plain: String) throws {
    let value = try #require(Double(plain.isEmpty ? text : plain))
    let table = try Table(text: "n,m\n\(text),x\n", origin: "t")
    #expect(try table.numbers(0) == [value])
    #expect(Table.number(text) == value)
  }

  /// Bits as the standard library has them, whatever the number of digits.
  @Test
  func number_randomDigits_isRoundedOnce() throws {
    var state: UInt64 = 7
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 11
    }
    for _ in 0..<20_000 {
      let digits = "\(next() % 10_000_000_000_000_000_000)".prefix(Int(next() % 19) + 1)
      let text = "\(digits).\(next() % 1000)e\(Int(next() % 60) - 30)"
      #expect(Table.number(text) == Double(text), "\(text)")
    }
  }

  @Test(arguments: [
    "", "NA", "N/A", "n/a", "NaN", "nan", "null", "None", "none", "-", "\u{2212}", "\u{2014}",
    "#N/A",
  ])
  func number_anyWordForMissing_isMissingAndNamed(word: String) throws {
    let table = try Table(text: "n,loss\n1,2\n2,\(word)\n", origin: "t")
    #expect(try table.numbers(1)[1].isNaN)
    #expect(table.missing(1, 1) == (word.isEmpty ? "no value of loss" : "loss is \(word)"))
    #expect(table.isNumeric(1))
  }

  @Test(arguments: [
    (
      "n,loss\n1,two\n",
      "t:2:3: Column loss has \"two\", and a number was expected. Mend it; NA stands for a missing value."
    ),
    (
      "n,loss\n1,\"2,5\"\n",
      "t:2:4: Column loss has \"2,5\", and a number was expected. Is the comma a decimal mark? Write a "
        + "point, or separate the columns by semicolons."
    ),
    (
      "n;loss\n1.5;2,500\n",
      "t:2:5: Column loss has \"2,500\", and a number was expected. Is the comma a decimal mark? Write a "
        + "point, or separate the columns by semicolons."
    ),
    (
      "n,loss\n1,1e999\n",
      "t:2:3: Column loss has \"1e999\", and a number was expected. Mend it; NA stands for a missing value."
    ),
    (
      "n,loss\n1,\"12,345,678\"\n",
      "t:2:4: Column loss has \"12,345,678\", and a number was expected. Write numbers without "
        + "thousands separators."
    ),
    (
      "n,loss\n\n1,\"a\nb\"\n2,3,4\n",
      "t:5:5: This row has 3 fields and the header 2."
        + " Mend the row, or quote a field that holds the mark between fields."
    ),
    (
      "n,loss\n1\n",
      "t:2:1: This row has 1 field and the header 2."
        + " Mend the row, or quote a field that holds the mark between fields."
    ),
    (
      "1 2\n3 4\n5\n",
      "t:3:1: This row has 1 field and the first row 2."
        + " Mend the row, or quote a field that holds the mark between fields."
    ),
    (
      "n,loss\n1,\"2\n3,4\n",
      "t:2:3: This quote never closes. Close it, or double a quote within a field."
    ),
    (
      "n,loss\n1,\"2\"3\n",
      "t:2:6: A closing quote must be followed by the mark between fields or the line's end. "
        + "Double a quote within a field."
    ),
    ("", "t:1:1: The file is empty. Was it written to the end?"),
    (
      "n,,loss\n1,2,3,4\n",
      "t:2:7: This row has 4 fields and the header 3."
        + " Mend the row, or quote a field that holds the mark between fields."
    ),
    ("# only\n#comments\n", "t:1:1: The file is empty. Was it written to the end?"),
    ("{\"n\": 1}\n{\"n\": }\n", "t:2:7: A value was expected."),
    ("{\"n\": 1}\n{\"n\": 1 \"m\": 2}\n", "t:2:9: A comma or a closing brace was expected."),
    ("{\"n\": 1, \"n\": 2}\n", "t:1:15: This row has two values of n."),
    (
      "[{\"n\": 1}, 2]\n",
      "t:1:12: An object was expected, such as {\"n\": 1000000, \"loss\": 3.1}: each is a row of the table."
    ),
    ("[{\"n\": 1}\n", "t:2:1: This list never closes."),
    ("{\"n\": \"1\n\"}\n", "t:1:7: This string never closes."),
    (
      "{\"n\": 1}\nn,loss\n",
      "t:2:1: An object was expected, such as {\"n\": 1000000, \"loss\": 3.1}: each is a row of the table."
    ),
  ])
  func damage_anyKind_isNamedAtItsPlace(text: String, message: String) {
    let error = #expect(throws: TableError.self) {
      let table = try Table(text: text, origin: "t")
      for column in table.header.indices { _ = try table.numbers(column) }
    }
    #expect(error?.description == message)
  }

  @Test
  func columns_equalNames_areRefusedWhereOneIsAskedFor() throws {
    let table = try Table(text: "n,loss,loss\n1,2,3\n", origin: "t")
    #expect(try table.column("n") == 0)
    #expect(
      #expect(throws: TableError.self) { try table.column("loss") }?.description
        == "t:1:1: Two columns are called loss. Give them different names.")
  }

  @Test
  func texts_quotedAndNested_areDecoded() throws {
    let table = try Table(text: "a,b\n\"say \"\"hi\"\"\",\"two\nlines\"\n", origin: "t")
    #expect(table.text(0, 0) == "say \"hi\"")
    #expect(table.text(0, 1) == "two\nlines")
    let rows = try Table(
      text:
        "{\"a\": {\"lr\": 0.1, \"name\": \"\\ud83d\\ude00\\n\"}, \"b\": [1, {\"c\": \"]\"}]}\n{\"x\": null}",
      origin: "t")
    #expect(rows.header == ["a.lr", "a.name", "b", "x"])
    #expect(rows.text(0, 1) == "\u{1F600}\n")
    #expect(rows.text(0, 2) == "[1, {\"c\": \"]\"}]")
    #expect(rows.missing(0, 3) == "no value of x")
    #expect(rows.missing(1, 3) == "x is null")
  }

  @Test
  func table_damagedText_isRefusedAtTheByte() {
    #expect(
      #expect(throws: TableError.self) {
        try Table(bytes: Array("a,b\n1,".utf8) + [0xFF], origin: "t")
      }?.description == "t:2:3: The text is not UTF-8. Save it as UTF-8.")
  }
}
