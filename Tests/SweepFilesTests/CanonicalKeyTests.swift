import SweepModel
import Testing
import Workloads

@testable import SweepFiles

/// Keys are stored for good: a change of any golden value here orphans every recorded result.
@Suite struct CanonicalKeyTests {
  private let parameters = Parameters([
    .init(name: "width", value: .integer(9)), .init(name: "alpha", value: .real(0.4)),
    .init(name: "regime", value: .text("online")), .init(name: "earlyStop", value: .flag(false)),
    .init(name: "rate", value: .real(1)),
  ])

  @Test func canonicalText_goldenParameters_isStable() {
    let text = JobKey.canonicalText(
      workload: "sparse-parity", resultVersion: 3, parameters: parameters)
    #expect(
      text == """
        quanta-job 1
        workload=sparse-parity
        resultVersion=3
        alpha=0.4
        earlyStop=false
        rate=1.0
        regime=online
        width=9

        """)
  }

  @Test func of_goldenParameters_isStable() {
    let key = JobKey.of(workload: "sparse-parity", resultVersion: 3, parameters: parameters)
    #expect(key.hex == "c3deaede290c4bbc9e955a9fdfdcec1083634df188560522c8497ccb0d68f0f2")
  }

  @Test func of_goldenSweep_isStable() throws {
    let sweep = try parse(withHead("grid: {width: [9, 11]}"))
    #expect(
      sweep.jobs.map(\.key.hex) == [
        "ba4e28755c08d691aa5b92f8d4958af65bfdd45d9421d7ae205e4f157886e2ef",
        "a4c3d949cb548c6ca47768bc65a968bef5e9e02e7f21d93fcb5da849d25fecfa",
      ])
  }

  @Test func parse_everyJob_hasTheKeyOfItsParameters() throws {
    for preset in Presets.all {
      let sweep = try preset.parsed()
      // Jobs that keep weights have a parameter that says so.
      let terms = try #require(SweepFile.terms(of: sweep.source))
      let signature = try #require(try WorkloadRegistry.catalog.signature(for: terms))
      #expect(sweep.jobs.allSatisfy { $0.key == JobKey.of($0.parameters, for: signature) })
    }
    let sweep = try parse(
      withHead("grid: {alpha: [1, 2], points: [{alpha: 3, checkpointEvery: 3}]}"))
    #expect(sweep.jobs.allSatisfy { $0.key == JobKey.of($0.parameters, for: parity) })
  }

  @Test func canonicalText_lineFeedsAndBackslashes_cannotForgeALine() {
    let forged = Parameters([.init(name: "a", value: .text("1\nb=2\\n\r"))])
    let text = JobKey.canonicalText(workload: "w", resultVersion: 1, parameters: forged)
    #expect(text == "quanta-job 1\nworkload=w\nresultVersion=1\na=1\\nb=2\\\\n\\r\n")
  }

  @Test func of_equalMeaning_isEqual() throws {
    let plain = try parse(withHead("grid:\n  alpha: [1, 0.5]\n  seed: [0, 1]"))
    let reordered = try parse(
      """
      # another comment
      workload: sparse-parity
      fits: {a: {x: step, y: loss}}
      grid: {seed: [1, 0], alpha: [0.50, 1.0]}
      name: renamed
      settings: {bits: 2e1, tasks: 10, width: 100, checkpointEvery: 7}
      """)
    #expect(Set(plain.jobs.map(\.key)) == Set(reordered.jobs.map(\.key)))
    #expect(plain.jobs.map(\.key) != reordered.jobs.map(\.key))
  }

  /// A parameter that came after jobs had been recorded leaves theirs as they are.
  @Test func of_laterParameters_isThatOfBeforeAtTheirDefault() throws {
    let later = WorkloadSignature(
      name: parity.name, resultVersion: 1,
      parameters: parity.parameters + [
        ParameterSpec(
          "added", .integer(0...9), default: .integer(0), "Added later.", isLater: true)
      ], estimate: parity.estimate)
    func sweep(_ text: String) throws -> Sweep {
      try SweepFile.parse(
        source: SweepSource(origin: "sweep.yaml", text: withHead(text)), workloads: [later])
    }
    let before = try parse(withHead("grid: {width: [9, 11]}")).jobs
    #expect(try sweep("grid: {width: [9, 11]}").jobs == before)
    let named = try SweepFile.parse(
      source: SweepSource(
        origin: "sweep.yaml",
        text: withHead("grid: {width: [9, 11]}").replacing("bits: 20", with: "bits: 20, added: 0")),
      workloads: [later])
    #expect(named.jobs == before)
    let varied = try sweep("grid: {added: [0, 3], width: [9, 11]}").jobs
    #expect(varied.prefix(2).map(\.key) == before.map(\.key))
    #expect(Set(varied.map(\.key)).count == 4)
    #expect(varied.map { $0.parameters["added"] } == [0, 0, 3, 3].map { Value.integer($0) })
    #expect(varied.allSatisfy { $0.key == JobKey.of($0.parameters, for: later) })
  }

  @Test func of_anyDifference_isDifferent() {
    let key = { (name: String, version: Int, parameters: Parameters) in
      JobKey.of(workload: name, resultVersion: version, parameters: parameters)
    }
    var other = parameters
    other["width"] = .integer(10)
    let keys = [
      key("a", 1, parameters), key("b", 1, parameters), key("a", 2, parameters), key("a", 1, other),
    ]
    #expect(Set(keys).count == 4)
  }

  @Test func of_signature_normalisesAndFillsIn() {
    let spare = Parameters([
      .init(name: "tasks", value: .integer(10)), .init(name: "bits", value: .real(20)),
      .init(name: "alpha", value: .integer(1)), .init(name: "checkpointEvery", value: .integer(5)),
      .init(name: "offset", value: .real(-0.0)),
    ])
    let semantic = parity.semantic(spare)
    #expect(semantic["alpha"] == .real(1))
    #expect(semantic["bits"] == .integer(20))
    #expect(semantic["width"] == .integer(100))
    #expect(semantic["checkpointEvery"] == nil)
    var full = spare
    full["alpha"] = .real(1)
    full["checkpointEvery"] = nil
    full["offset"] = nil
    #expect(JobKey.of(spare, for: parity) == JobKey.of(full, for: parity))
  }
}
