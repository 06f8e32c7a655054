import Foundation
import SweepModel
import Testing
import Workloads

@testable import SweepFiles

@Suite struct PresetTests {
  @Test(arguments: [
    ("parity-parameters", 30), ("parity-data", 30), ("parity-steps", 1), ("parity-exponents", 480),
    ("parity-data-exponents", 375), ("parity-joint", 78), ("parity-weight-decay", 30),
    ("parity-learning-rate", 16), ("parity-parameters-small", 24), ("parity-data-small", 24),
    ("parity-steps-small", 4), ("grokking-rates", 100), ("grokking-decay", 110),
    ("grokking-decay-ce", 110), ("grokking-set-size", 33), ("grokking-rates-small", 25),
    ("grokking-decay-small", 30), ("grokking-decay-ce-small", 30), ("grokking-set-size-small", 21),
    ("omnigrok-teacher-landscape", 33), ("omnigrok-teacher-landscape-small", 7),
    ("omnigrok-images-landscape", 588), ("omnigrok-images-landscape-small", 35),
    ("omnigrok-images-grokking", 2), ("omnigrok-images-grokking-small", 2),
    ("omnigrok-modadd-grokking", 1), ("omnigrok-modadd-constrained", 1),
    ("omnigrok-modadd-constrained-small", 1), ("omnigrok-modadd-grokking-small", 1),
    ("modadd-mechanisms", 1), ("modadd-mechanisms-small", 1), ("modadd-ungrokking", 21),
    ("quanta-discovery", 3),
    ("quanta-discovery-small", 2), ("parity-anomalies", 10), ("parity-anomalies-small", 3),
    ("compositional-parity", 24), ("compositional-parity-small", 3),
  ])
  func parse_preset_hasItsJobs(name: String, jobs: Int) throws {
    let sweep = try #require(Preset.named(name)).parsed()
    #expect(sweep.name == name)
    #expect(sweep.jobs.count == jobs)
  }

  @Test func all_names_areUniqueAndTested() {
    #expect(Set(Presets.all.map(\.name)).count == 38)
  }

  /// The results that FittingTests hold free of contradictions are those of the sweep of the quickstart.
  @Test func demo_jobs_areThoseOfTheStoredResults() throws {
    let sweep = try #require(Preset.named("parity-parameters-small")).parsed()
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../FittingTests/Data/demo.csv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(sweep.jobs.map { "\($0.key)" } == rows.map { String($0.prefix { $0 != "," }) })
  }

  /// Numbers in plain digits are numbers to every YAML reader, and to editors with the schema.
  @Test func all_texts_arePleasant() {
    for preset in Presets.all {
      #expect(!preset.text.contains(#/\d_\d|: \[?\d+e\d/#))
      #expect(preset.text.hasPrefix("# ") && preset.text.hasSuffix("\n"))
      #expect(preset.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
      #expect(!preset.summary.contains("\n"))
    }
  }

  @Test func paritySteps_key_isTheWidestOfParityParameters() throws {
    let wide = try #require(Preset.named("parity-parameters")).parsed()
    let steps = try #require(Preset.named("parity-steps")).parsed()
    #expect(wide.jobs.last?.key == steps.jobs.first?.key)
    #expect(steps.fits.first?.xRange == 500...15_000)
  }

  @Test func parityDataExponents_alphas_areTheWrittenDecimals() throws {
    let sweep = try #require(Preset.named("parity-data-exponents")).parsed()
    let alphas = stride(from: 0, to: sweep.jobs.count, by: 25).map {
      sweep.jobs[$0].parameters.real("alpha")
    }
    #expect(
      alphas == [
        0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
      ])
    #expect(sweep.fits.first?.by == ["alpha"])
    #expect(sweep.fits.first?.yRange == 0...0.95)
  }

  @Test func parityWeightDecay_samples_areTheThirdLargest() throws {
    let data = try #require(Preset.named("parity-data-exponents")).parsed()
    let decay = try #require(Preset.named("parity-weight-decay")).parsed()
    #expect(decay.jobs[0].parameters["samples"] == data.jobs[22].parameters["samples"])
  }

  @Test func grokkingRates_cells_areTheLogSpacedRatesOfBoth() throws {
    let sweep = try #require(Preset.named("grokking-rates")).parsed()
    let (first, last) = (sweep.jobs[0].parameters, sweep.jobs[99].parameters)
    for name in ["embeddingRate", "decoderRate"] {
      #expect(abs(first.real(name) / 1e-5 - 1) < 1e-12)
      #expect(abs(last.real(name) / 1e-2 - 1) < 1e-12)
      #expect(Set(sweep.jobs.map { $0.parameters.real(name) }).count == 10)
    }
  }

  @Test func nearest_slip_isThePreset() {
    #expect(Preset.nearest("parity-paramters")?.name == "parity-parameters")
    #expect(Preset.nearest("unrelated") == nil)
  }

  @Test func source_overrides_apply() throws {
    let source = try #require(Preset.named("parity-parameters-small")).source(overrides: [
      "width=10,20", "seed=0",
    ])
    #expect(
      try SweepFile.parse(source: source, workloads: WorkloadRegistry.catalog).jobs.count == 2)
  }
}
