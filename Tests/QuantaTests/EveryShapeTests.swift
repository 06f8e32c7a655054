import Analysis
import Fitting
import Foundation
import LabSupport
import Reports
import Store
import SweepFiles
import SweepModel
import Testing
import Workloads

@testable import Findings

/// What reads results, over the shape of every preset's grid and over one to four axes of every
/// workload: nothing fails because of one figure, and whatever is left out is said.
@Suite(.timeLimit(.minutes(10))) struct EveryShapeTests {
  /// What keeps a workload's jobs to milliseconds.
  private static let small = [
    "sparse-parity": [
      "steps": "40", "batch": "50", "tasks": "10", "bits": "16", "evaluationSamples": "100",
      "logEvery": "5", "width": "8", "samples": "200",
    ],
    "compositional-parity": [
      "steps": "40", "width": "8", "samplesPerCode": "20", "evaluationSamples": "20",
      "logEvery": "5",
    ],
    "grokking-addition": ["steps": "60", "width": "16"],
    "omnigrok-teacher": ["steps": "60", "trainNum": "20", "testNum": "20", "logEvery": "5"],
    "omnigrok-images": [
      "images": "./mine", "steps": "40", "batch": "2", "width": "8", "trainNum": "4",
      "evaluationImages": "4", "logEvery": "5",
    ],
    "omnigrok-modadd": [
      "steps": "30", "p": "7", "fraction": "0.5", "width": "16", "heads": "1", "hidden": "8",
      "logEvery": "5",
    ],
    "self-test": ["steps": "5"],
  ]

  /// A few values of the axes of presets, small ones and with the ends that cause trouble.
  private static let values = [
    "width": "8,12,16,24", "samples": "60,120,240,480", "alpha": "0.2,0.4,0.8",
    "weightDecay": "0.001,0.1,10", "learningRate": "0.0003,0.01,8",
    "embeddingRate": "0.00001,0.001,0.0123456789", "decoderRate": "0.00001,0.001,0.01",
    "decoderDecay": "0,4,10", "trainNum": "2,4,6", "start": "none", "fraction": "0.3,0.5",
    "trainAtoms": "true,false",
  ]

  /// Four axes of every workload that has parameters of its own, the first with more values.
  private static let axes = [
    "sparse-parity": [
      ("width", "8,12,16"), ("weightDecay", "0,0.1"), ("alpha", "0.2,0.123456789012"),
      ("activation", "relu,tanh"),
    ],
    "compositional-parity": [
      ("width", "8,12,16"), ("weightDecay", "0,0.1"), ("composites", "none,1+2"),
      ("activation", "relu,tanh"),
    ],
    "grokking-addition": [
      ("trainNum", "10,30,45"), ("embeddingRate", "0.001,0.01"), ("decoderRate", "0.0001,0.01"),
      ("objective", "mse,crossEntropy"),
    ],
    "omnigrok-teacher": [
      ("alpha", "0.1,1,10"), ("trainNum", "10,20"), ("learningRate", "0.0003,0.003"),
      ("mode", "landscape,grokking"),
    ],
    "omnigrok-images": [
      ("alpha", "0.1,1,8"), ("trainNum", "2,6"), ("learningRate", "0.0003,0.003"),
      ("mode", "landscape,grokking"),
    ],
    "omnigrok-modadd": [
      ("hidden", "8,16,24"), ("alpha", "0.5,1"), ("fraction", "0.4,0.7"),
      ("mode", "landscape,grokking"),
    ],
    "self-test": [
      ("size", "10,20,40,80"), ("exponent", "0.3,0.123456789012"), ("noise", "0.01,0.02"),
      ("steps", "5,7"),
    ],
  ]

  private static let workloads = WorkloadRegistry.all.filter { $0.makeSignature == nil }
    .map { $0.signature.name }.sorted()

  private func withImages(_ body: (Sandbox) async throws -> Void) async throws {
    try await Sandbox.with { sandbox in
      try SmallImages(path: sandbox.folder + "/mine").write()
      try await body(sandbox)
    }
  }

  /// Makes everything that can be said of a sweep; `canFit` where it asks for a fit, `hasPhases` where
  /// its jobs record steps to accuracies. Returns the names of its figures.
  private func read(
    _ sweep: String, in sandbox: Sandbox, canFit: Bool, hasPhases: Bool
  ) throws -> [String] {
    let reader = try StoreReader.open(at: sandbox.folder + "/quanta-store")
    let results = try SweepResults(reader.sweep(named: sweep), reader: reader)
    let report = try SweepReport(results)
    #expect(
      !report.omissions.contains { $0.contains("left out:") }, "\(sweep): \(report.omissions)")
    let html = try report.html(at: 0)
    #expect(html.contains("<figcaption>") && html.hasSuffix("</html>\n"), "\(sweep)")
    #expect(!html.contains("NaN") && !html.contains("class=\"hole\""), "\(sweep)")
    for asJSON in [false, true] {
      var runs = ""
      try RunsExport(reader: reader, sweep: sweep).write(asJSON: asJSON) { runs += $0 }
      try CurvesExport(results: results, curve: "loss").write(asJSON: asJSON) { runs += $0 }
      #expect(runs.hasSuffix("\n") && !runs.contains("NaN"), "\(sweep)")
    }
    var pages = JobPages(axes: results.record.axes, isJSON: false)
    #expect(try pages.text(results.jobs, width: 80)?.contains("done") == true, "\(sweep)")
    #expect(report.fits.isEmpty != canFit, "\(sweep)")
    #expect(FitExport.parameters(report.fits).hasPrefix("source,name,"), "\(sweep)")
    for request in results.record.fits {
      let choices = try results.choices(request, settings: FitSettings(uncertainty: .asymptotic))
      #expect(!choices.isEmpty, "\(sweep)")
    }
    #expect(results.recordsPhases == hasPhases, "\(sweep)")
    if hasPhases { #expect(try !results.phaseMaps().isEmpty, "\(sweep)") }
    return (report.figures + report.diagnostics).flatMap { $0.figures.map(\.name) }
  }

  private static func recordsPhases(_ workload: String) -> Bool {
    workload.hasPrefix("grokking") || workload.hasPrefix("omnigrok")
  }

  /// The lines of a block of a preset's file: names and values.
  private func block(_ name: String, of text: String) -> [String: String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "\(name):") else { return [:] }
    let members = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
    return Dictionary(
      members.compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].last != " ", !parts[0].contains("#") else { return nil }
        return (
          parts[0].trimmingCharacters(in: .whitespaces),
          parts[1].trimmingCharacters(in: .whitespaces)
        )
      }, uniquingKeysWith: { $1 })
  }

  /// What tells one preset's jobs and readers from another's, whatever their numbers: the workload,
  /// the axes, the fits, and the settings that are words.
  private func shape(of text: String) -> String {
    let words = block("settings", of: text).values.filter { Double($0.prefix { $0 != " " }) == nil }
    let workload = text.split(separator: "\n").filter { $0.hasPrefix("workload: ") }
    let axes = block("grid", of: text).keys.sorted()
    let fits = block("fits", of: text).map { "\($0.key): \($0.value)" }
    return "\(workload) \(words.sorted()) \(axes) \(fits.sorted())"
  }

  @Test func presets_reducedButOfTheirShape_areRead() async throws {
    try await withImages { sandbox in
      #expect(Presets.all.count >= 29)
      var shapes: Set<String> = []
      for preset in Presets.all {
        let (name, text) = (preset.name, preset.text)
        guard shapes.insert(shape(of: text)).inserted else { continue }
        let workload = try #require(
          text.split(separator: "\n").first { $0.hasPrefix("workload: ") }?.dropFirst(10))
        let (settings, grid) = (block("settings", of: text), block("grid", of: text))
        var overrides = try #require(Self.small[String(workload)], "\(workload)")
          .filter { settings[$0.key] != nil && grid[$0.key] == nil }
        if overrides["tasks"] == "10", settings["tasks"]?.hasPrefix("1 ") == true {
          overrides["tasks"] = nil
        }
        for axis in grid.keys where axis != "seed" {
          let values = Self.values[axis]
          #expect(values != nil, "there are no small values of \(axis) of \(name)")
          overrides[axis] = values
        }
        let run = await sandbox.quanta(
          ["run", name, "--quiet"]
            + overrides.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] })
        try #require(run.status == 0, "\(name): \(run.output.suffix(400))")
        _ = try read(
          name, in: sandbox, canFit: text.contains("\nfits:"),
          hasPhases: Self.recordsPhases(String(workload)))
      }
    }
  }

  @Test(arguments: workloads)
  func grids_ofOneToFourAxes_areRead(workload: String) async throws {
    let axes = try #require(Self.axes[workload], "four axes of \(workload)")
    let small = try #require(Self.small[workload], "small settings of \(workload)")
    try await withImages { sandbox in
      for count in 1...axes.count {
        let grid = axes.prefix(count)
        let settings = small.filter { setting in !grid.contains { $0.0 == setting.key } }
          .filter { setting in
            workload != "sparse-parity" || setting.key != "samples"
          }
        let by = grid.dropFirst().map(\.0).joined(separator: ", ")
        try sandbox.write(
          "sweep.yaml",
          """
          name: shape\(count)
          workload: \(workload)
          settings: {\(settings.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", "))}
          grid:
          \(grid.map { "  \($0.0): [\($0.1)]" }.joined(separator: "\n"))
            seed: [0, 1]
          fits:
            c: {x: \(axes[0].0), y: loss.final, by: [\(by)]}
          """)
        let run = await sandbox.quanta("run", "sweep.yaml", "--quiet")
        try #require(run.status == 0, "\(workload) \(count): \(run.output.suffix(400))")
        let figures = try read(
          "shape\(count)", in: sandbox, canFit: true, hasPhases: Self.recordsPhases(workload))
        #expect(figures.count >= 2 && figures.count < 40, "\(workload) \(count): \(figures)")
        #expect(!figures.contains { $0.contains("123456789") }, "\(figures)")
      }
    }
  }
}
