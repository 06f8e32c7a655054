import SweepModel
import Testing

@testable import SweepFiles

/// Everything that is wrong with a file is told at once, each at its place.
@Suite struct ManyErrorsTests {
  @Test func parse_fileWithMistakesEverywhere_tellsEachOfThem() {
    let text = failure(
      """
      name: a/b
      wrkload: nothing
      workload: sparse-parity
      settings: {tasks: ten, bitz: 4, subset: 3}
      grid:
        width: [8, -1]
        exclude: [{depth: 3}]
        seed: {range: [3, 3]}
      resources: {threads: 0, memory: lots, timeout: 5, core: 1}
      retries: never
      fits:
        one: {x: widht, y: loss.final}
        two: {x: width, y: loss.final, form: pover}
        three: {x: seed, y: loss.final, delta: 0}
      description: [x]
      method: bayes
      """)
    let lines = text.split(separator: "\n").map(String.init)
    let places = [
      "1:7", "2:1", "4:19", "4:24", "6:14", "8:17", "9:22", "9:33", "9:48", "9:51", "10:10",
      "12:12", "13:40", "14:35", "14:42", "15:14", "16:9",
    ]
    #expect(lines.map { String($0.split(separator: " ")[0]) } == places.map { "sweep.yaml:\($0):" })
    #expect(text.contains("\"memory\" must be a size") && text.contains("did you mean \"width\"?"))
  }

  @Test func parse_mistakesBesideAnUnknownWorkload_areToldToo() {
    let text = failure(
      "name: last one\nworkload: sparse-party\nresources: 4\nretries: [1]\nseeds: 3")
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.count == 5, "\(text)")
    #expect(lines[0].hasPrefix("sweep.yaml:1:7: \"name\" may hold only"))
    #expect(lines[1].contains("2:11: unknown workload \"sparse-party\"; did you mean"))
    #expect(
      lines[2].contains(
        "3:12: \"resources\" must be a mapping, found \"4\"; write for example {threads: 2, "))
    #expect(lines[3].contains("4:10: \"retries\" must be a number or a mapping"))
    #expect(lines[4].contains("5:1: unknown key \"seeds\""))
  }

  @Test func parse_fitsOfAGridThatCannotBeRead_areReadAgainstItsNames() {
    let text = failure(
      withHead(
        """
        grid: {zip: {width: [1, x], depth: [2, 3]}, points: [{batch: 5}, 7]}
        fits: {a: {x: width, y: loss.final, by: [depth, batch]}, b: {x: steps, y: loss.final}}
        """))
    #expect(!text.contains("\"by\"") && !text.contains("\"width\" does not vary"), "\(text)")
    #expect(text.contains("5:65: \"steps\" does not vary in this grid"), "\(text)")
  }

  @Test func parse_overridesWithMistakes_tellsEachOfThem() {
    let text = failure(
      withHead("grid: {width: [8, 16]}"), overrides: ["width=x", "widht=4", "+deph=3"])
    #expect(text.split(separator: "\n").count == 3, "\(text)")
  }

  /// A misspelt workload or key at the top hides nothing: the rest is read as it was meant.
  @Test func parse_misspeltWorkloadAndKey_tellsTheRestToo() throws {
    let text = """
      name: t
      workload: sparse-partiy
      setings: {}
      settings: {stepps: 5}
      grid: {width: [x], seed: [0]}
      """
    let source = SweepSource(origin: "s.yaml", text: text)
    #expect(try SweepFile.name(of: source) == "t")
    let error = try #require(throws: FileError.self) {
      try SweepFile.parse(source: source, workloads: [parity])
    }
    for place in ["2:11", "3:1", "4:12", "5:16"] {
      #expect("\(error)".contains("s.yaml:\(place): "), "\(place) in \(error)")
    }
  }

  /// No mapping hides its second mistake, whatever it describes.
  @Test(arguments: [
    ("retries: {max: -1, backoff: soon}", ["4:16", "4:29"]),
    (
      "fits: {a b: {x: step, y: loss, form: powr, xRange: 3, by: [alfa, 7]}}",
      ["4:8", "4:38", "4:52", "4:60", "4:66"]
    ),
    ("grid: {width: [x, 8, y, 8]}", ["4:16", "4:22", "4:25"]),
    ("grid: {width: {linspace: [a, b], count: 0, as: real}}", ["4:27", "4:30", "4:41", "4:48"]),
    ("grid: {width: {range: {from: a, to: b}}}", ["4:30", "4:37"]),
    ("grid: {width: {values: [1], count: 3, unique: true}}", ["4:29", "4:39"]),
    ("grid: {zip: [{width: [x], depth: [1, 3]}, 7]}", ["4:23", "4:35", "4:43"]),
    ("grid: {points: [{width: x, depth: 1}, {widht: 3}]}", ["4:25", "4:35", "4:40"]),
    ("grid: {width: [1, 2], exclude: [{depth: 3, batch: 4}]}", ["4:34", "4:44"]),
    ("grid: {width: [1, 2], seed: [0], exclude: [{width: 3, seed: 4}]}", ["4:45", "4:55"]),
    ("grid: {points: [{width: 1}, {depth: 3}]}", ["4:17", "4:29"]),
  ])
  func parse_mappingWithSeveralMistakes_tellsEach(text: String, places: [String]) {
    let found = failure(withHead(text))
    let lines = found.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(lines == places.map { "sweep.yaml:\($0):" }, "\(found)")
  }

  @Test func parse_clusterWithMistakesEverywhere_tellsEachOfThem() throws {
    let error = try #require(throws: FileError.self) {
      try ClusterFile.parse(
        text: """
          defaults: {port: 0, engine: ssh, name: d}
          hosts:
            - {host: a b, port: x, cores: 0, folder: w, nice: 20, licence: -1}
            - {local: true, host: c, user: kim}
            - {name: "a/b"}
            - {local: yes}
            - good
          groups: {all: good, g: [[x], [y]], "a/b": good}
          """, origin: "c.yaml")
    }
    let places = [
      "1:18", "1:29", "1:34", "3:12", "3:23", "3:33", "3:44", "3:53", "3:57", "4:19", "4:28",
      "5:5", "5:12", "6:13", "8:10", "8:25", "8:30", "8:36",
    ]
    let lines = "\(error)".split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(lines == places.map { "c.yaml:\($0):" }, "\(error)")
  }

  @Test func parse_groupsBesideABrokenHost_doNotMissIt() throws {
    let error = try #require(throws: FileError.self) {
      try ClusterFile.parse(
        text: "hosts: [{host: a, port: x}, b]\ngroups: {g: a}\n", origin: "c.yaml")
    }
    #expect(error.further.isEmpty, "\(error)")
  }
}
