import SweepModel
import Testing
import Workloads

@testable import SweepFiles

@Suite struct DataNamesTests {
  private static let hash = String(repeating: "5e", count: 32)

  private func parse(_ settings: String, grid: String = "seed: [0]") throws -> Sweep {
    let text = """
      name: pictures
      workload: omnigrok-images
      settings: {steps: 5\(settings)}
      grid: {\(grid)}
      """
    return try SweepFile.parse(
      source: SweepSource(origin: "p.yaml", text: text), workloads: WorkloadRegistry.catalog
    ) { (text, kind) throws(ParameterProblem) in
      let set = DataSet(name: "4x3x2-40-9-\(Self.hash)")
      if text == "./mine" || text == "./twin", let set { return set }
      return try DataSet.named(text, kind)
    }
  }

  private func message(_ settings: String, grid: String = "seed: [0]") -> String {
    do {
      return "parsed \(try parse(settings, grid: grid).jobs.count)"
    } catch {
      return "\(error)"
    }
  }

  @Test func job_ofAFolder_isNamedByItsContent() throws {
    let job = try #require(try parse(", images: ./mine, trainNum: 40").jobs.first)
    let name = "4x3x2-40-9-" + Self.hash
    #expect(job.parameters["images"] == .text(name))
    #expect(job.key == (try parse(", images: ./twin, trainNum: 40").jobs.first?.key))
    #expect(job.key == (try parse(", images: \(name), trainNum: 40").jobs.first?.key))
    #expect(try parse("").jobs.first?.parameters["images"] == .text("fashion-mnist"))
  }

  /// Text is no set of images, whatever it is called by.
  @Test func nameOfASetOfAnotherKind_isRefused() {
    let text = message(", images: text-6-\(Self.hash)")
    #expect(text.hasPrefix("p.yaml:") && text.contains("\"images\": "), "\(text)")
  }

  @Test func source_ofAParsedSweep_meansTheSameWithoutItsFolders() throws {
    let sweep = try parse(", images: ./mine, trainNum: 9")
    let name = "4x3x2-40-9-" + Self.hash
    #expect(sweep.source.data == ["./mine": name])
    // No finder: what the source says of a folder is enough.
    let again = try SweepFile.parse(
      source: sweep.source, workloads: WorkloadRegistry.catalog)
    #expect(again.jobs == sweep.jobs && again.source == sweep.source)
    #expect(try parse("").source.data.isEmpty)
  }

  @Test func axis_ofSets_isResolvedInGridZipPointsAndExclusions() throws {
    let name = Value.text("4x3x2-40-9-" + Self.hash)
    func sets(_ grid: String) throws -> [Value?] {
      try parse(", trainNum: 9", grid: grid).jobs.map { $0.parameters["images"] }
    }
    #expect(try sets("images: [./mine, fashion-mnist]") == [name, .text("fashion-mnist")])
    #expect(
      try sets("zip: {images: [fashion-mnist, ./mine], seed: [1, 2]}")
        == [.text("fashion-mnist"), name])
    #expect(try sets("points: [{images: ./mine}]") == [name])
    #expect(
      try sets("images: [./mine, fashion-mnist], exclude: [{images: ./twin}]")
        == [.text("fashion-mnist")])
  }

  @Test(arguments: [
    (", images: ./nowhere", "p.yaml:3:22: \"images\": Unknown images \"./nowhere\""),
    (", images: 7", "p.yaml:3:22: \"images\": Unknown images \"7\""),
    (", images: \"-x\"", "\"images\" must not begin with \"-\""),
    (", images: \"a\\nb\"", "\"images\" must not hold control characters"),
    (", images: ./mine, trainNum: 41", "has 40 training images, 41 are asked for"),
    (", images: [a, b]", "\"images\" must be one value under \"settings\""),
    (", images: 4x3x2-40-9-\(hash)x", "Unknown images"),
  ])
  func parse_imagesThatAreNone_saysWhatIsWrongAndWhere(_ settings: String, _ words: String) {
    #expect(message(settings).contains(words), "\(message(settings))")
  }

  @Test func parse_theSameContentTwiceOrARangeOfSets_isAnError() {
    #expect(
      message(", trainNum: 9", grid: "images: [./mine, ./twin]").contains("are the same job"))
    #expect(
      message("", grid: "images: {range: [0, 2]}").contains("takes names, not a \"range\""))
  }

  @Test func name_ofAnySet_readsBackAsTheSame() throws {
    let sizes = [(1, 1, 1, 1, 1), (60_000, 10_000, 28, 28, 10), (7, 1_000_000, 3, 2, 256)]
    for (train, test, rows, columns, classes) in sizes {
      let layout = try #require(
        ImageLayout(
          trainCount: train, testCount: test, rows: rows, columns: columns, classes: classes))
      let set = try #require(DataSet(.images, layout, hash: Self.hash))
      #expect(DataSet(name: set.name) == set)
      #expect(set.name == "\(rows)x\(columns)x\(classes)-\(train)-\(test)-\(Self.hash)")
      #expect(layout.header.count == ImageLayout.headerBytes)
      #expect(set.sizeBytes == 64 + (train + test) * (rows * columns + 1))
    }
    let known = try #require(DataSet(name: "fashion-mnist"))
    #expect(DataSet(name: "28x28x10-60000-10000-\(known.hash)") == known)
    for name in [
      "", "fashion", "4x3x2-40-9", "4x3x2-40-9-\(Self.hash)-", "04x3x2-40-9-\(Self.hash)",
      "4x3x2--40-9-\(Self.hash)", "4x3x0-40-9-\(Self.hash)", "4x3x257-40-9-\(Self.hash)",
      "4x3x2-40-0-\(Self.hash)", "4x3x2-40-9-\(Self.hash.uppercased())",
      "99999999x99999999x2-40-9-\(Self.hash)", "4x3x2-2147483647-2147483647-\(Self.hash)",
      "text-0-\(Self.hash)", "text-07-\(Self.hash)",
      "text-7-\(Self.hash)0", "text-99999999999999-\(Self.hash)",
    ] {
      #expect(DataSet(name: name) == nil, "\(name)")
    }
  }
}
