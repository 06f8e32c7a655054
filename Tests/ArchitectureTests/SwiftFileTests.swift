import Testing

/// What is read from a source is its code, whatever its comments and texts look like.
@Suite struct SwiftFileTests {
  private func code(_ text: String) -> String {
    String(decoding: CodeText(text).bytes, as: UTF8.self)
  }

  @Test func comments_andTexts_areBlank() {
    let cases = [
      "a // {\nb", "a /* { /* } */ { */ b", "a \"{ \\\" }\" b", "a #\"{ \\\" \"#  b",
      "a \"\"\"\n{ \" \"\" }\n\"\"\" b", "a ##\"{ \"# }\"## b", "a(/[{\\/]/) b", "a = #/{\"/# b",
    ]
    for text in cases {
      let blank = code(text)
      #expect(blank.utf8.count == text.utf8.count)
      #expect(!blank.contains { "{}\"".contains($0) }, "\(text)")
      #expect(blank.hasPrefix("a") && blank.hasSuffix("b"), "\(text): \(blank)")
    }
  }

  @Test func codeWithinTexts_isCode() {
    #expect(code("\"x \\(a.map { \"}\" + \"\\(b)\" }) y\" c").contains("a.map {"))
    #expect(code("#\"x \\(a) \\#(b) y\"# c").split(separator: " ") == ["b", "c"])
  }

  @Test func divisions_areNoExpressions() {
    #expect(code("let a = b / c / d // {\n") == "let a = b / c / d     \n")
  }

  @Test func declarations_atTheTop_areRead() {
    let file = SwiftFile(
      path: "Sources/A/B+C.swift",
      text: """
        public import struct A.B
        /// struct Comment {}
        @available(*, deprecated) public final class Outer<T: P> where T: Q {
          struct Inner {}
          class func make() {}
        }
        private let secret = Outer(), other = 1
        func free(_ a: () -> Void = { struct X {} }) { enum Y {} }
        extension Outer.Inner: P {}
        #if os(Linux)
          fileprivate typealias Z = Int
        #endif
        """)
    #expect(file.imports == ["A"] && file.name == "B+C")
    #expect(
      file.declarations.map { "\($0.keyword) \($0.name) \($0.isVisible)" } == [
        "class Outer true", "let secret false", "func free true", "extension Outer.Inner true",
        "typealias Z false",
      ])
  }

  @Test func bodies_atAnyDepth_haveTheirLines() {
    let file = SwiftFile(
      path: "a.swift",
      text: """
        protocol P {
          func none()
          var value: Int { get }
        }
        struct S: P {
          var stored = { 1 }()
          init(_ a: String = "}") {
            self.init()
            none()
          }
          func none() {
            func inner() {
            }
          }
        }
        """)
    #expect(
      file.bodies.map { "\($0.name) \($0.line) \($0.lineCount)" } == [
        "value 3 1", "init 7 4", "none 11 4", "inner 12 2",
      ])
  }
}
