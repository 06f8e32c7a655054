import Testing

/// Each rule finds the mistake that is planted into small sources, and nothing in sound ones.
@Suite struct RulesTests {
  private func file(_ path: String, _ text: String) -> SwiftFile {
    SwiftFile(path: path, text: text)
  }

  private static let manifest = Manifest(
    """
    let settings = ["no", "target"]
    func tests(_ name: String) -> Target { .testTarget(name: name) }
    let package = Package(
      name: "p", dependencies: [.package(url: "https://a.b/c", exact: "1.0.0")],
      targets: [
        // "Commented"
        safe("Ground"),
        .target(name: "CThing", cSettings: [.unsafeFlags(["-O2"])]),
        library("House", ["Ground", .product(name: "Yams", package: "Yams")]),
        .target(name: "Roof", dependencies: ["House"], swiftSettings: settings),
        program(
          "top",
          [
            "House", "Roof", .product(name: "HeapModule", package: "swift-collections"),
          ]),
        .systemLibrary(name: "CLib", pkgConfig: "lib", providers: [.apt(["lib-dev"])]),
        tests("HouseTests", ["House"], exclude: ["Reference"]),
      ])
    """)

  @Test func manifest_ofEveryKindOfTarget_isRead() {
    #expect(
      Self.manifest.dependencies == [
        "Ground": [], "CThing": [], "House": ["Ground", "Yams"], "Roof": ["House"],
        "top": ["House", "Roof", "HeapModule"], "CLib": [], "HouseTests": ["House"],
      ])
  }

  private func imports(_ text: String, table: [String: Set<String>]?) -> [String] {
    Rules.imports(
      ["House": [file("Sources/House/A.swift", text)]], manifest: Self.manifest, allowed: table)
  }

  @Test func imports_undeclaredUnusedOrForbidden_areFound() {
    let table: [String: Set<String>] = ["House": ["Ground", "Yams"]]
    let sound = "import Glibc\npublic import struct Ground.Stone\nimport CYaml\n"
    #expect(imports(sound, table: table) == [])
    #expect(
      imports(sound + "@testable import Roof\n", table: table)
        == ["House imports Roof, which Package.swift does not declare"])
    #expect(
      imports("import Ground\n// import Yams\nlet a = \"import Yams\"\n", table: table)
        == ["Package.swift declares Yams for House, which does not import it"])
    #expect(
      imports(sound, table: ["House": ["Ground"]]) == ["House may not import Yams"])
    #expect(
      imports(sound, table: ["House": ["Ground", "Yams", "Roof"]])
        == ["the table allows House to import Roof, which it does not"])
  }

  @Test func cycle_throughOthers_isFound() {
    #expect(Rules.cycles(["a": ["b"], "b": ["c"], "c": []]) == [])
    #expect(Rules.cycles(["a": ["b"], "b": ["c"], "c": ["a"]]).count == 3)
  }

  @Test func foundation_whereItIsNotListed_isFound() {
    let files = ["House": [file("Sources/House/A.swift", "internal import Foundation\n")]]
    #expect(Rules.foundation(files, allowed: ["House"]) == [])
    #expect(Rules.foundation(files, allowed: []).count == 1)
  }

  @Test func extension_underAnotherName_isFound() {
    let text =
      "extension Report.Outcome {\n  func a() -> String {\n    let b = \"\\(c(d)) \\(e)\"\n    let f = b\n"
      + "    struct B {}\n    return f\n  }\n}\nprivate struct C {}\n"
    for name in ["Outcome+Words", "Report+Outcome"] {
      #expect(Rules.extensionNames([file("Sources/Wire/\(name).swift", text)]) == [])
    }
    for name in ["Outcome", "Words", "Other+Words"] {
      #expect(
        Rules.extensionNames([file("Sources/Wire/\(name).swift", text)])
          == [
            "Sources/Wire/\(name).swift only extends Report.Outcome: call it Outcome+Topic.swift"
          ])
    }
    #expect(Rules.extensionNames([file("Sources/Wire/A.swift", text + "struct A {}\n")]) == [])
  }

  @Test func name_givenTwice_isFoundUnlessPrivate() {
    let first = file("Sources/A/A.swift", "public struct Axis {\n  enum Grid {}\n}\n")
    let second = file("Sources/B/B.swift", "private enum Axis {}\nenum Grid {}\n")
    #expect(Rules.doubleNames([first, second]) == [])
    let third = file("Sources/C/C.swift", "@main final class Axis {}\n")
    #expect(
      Rules.doubleNames([first, second, third])
        == ["Axis is declared in Sources/A/A.swift and Sources/C/C.swift"])
  }

  @Test func lengths_aboveTheirLimits_areFound() {
    let body =
      "func f(\n  _ a: Int = { 1 }()\n) -> Int {\n" + String(repeating: "  a()\n", count: 6)
    let text = "let a = 1\n" + body + "}\n"
    #expect(Rules.lengths([file("A.swift", text)], file: 11, body: 10) == [])
    #expect(Rules.lengths([file("A.swift", text)], file: 10, body: 10) == ["A.swift has 11 lines"])
    #expect(
      Rules.lengths([file("A.swift", text)], file: 11, body: 9) == ["A.swift:2: f has 10 lines"])
  }

  @Test func picture_unlikeTheTable_isFound() {
    let table: [String: Set<String>] = [
      "top": ["House", "Roof"], "House": ["Ground", "Yams"], "Roof": ["House"], "Ground": [],
    ]
    func found(_ tree: String) -> [String] {
      Rules.picture(Picture("# A\n\n## B\n\n```\n\(tree)\n```\n", under: "## B"), table: table)
    }
    let sound = """
      top ─── it all
       ├─ House ── walls (Yams)
       │   └─ Roof ─ on it
       └──────────── Ground
      """
    #expect(found(sound) == [])
    #expect(found(sound.replacing("Ground", with: "ground")) == ["the picture lacks Ground"])
    #expect(
      found(sound.replacing(" (Yams)", with: ""))
        == ["the picture gives House other packages than [\"Yams\"]"])
    #expect(
      found(sound + "\n └─ Ground ─ below")
        == ["the picture has Ground under top, without an import"])
    #expect(
      found(sound + "\nCellar ─ none") == ["the picture has Cellar, which is no target"])
  }
}
