import Foundation
import LabSupport
import Store
import SweepModel
import Testing

/// Scripts as people have them, with the real libraries, as jobs of a worker: what is recorded equals what
/// each script has computed and written to a file of its own.
@Suite(.timeLimit(.minutes(5))) struct RealLibraryJobsTests {
  private static let programs = ReadmeSection.root + "/Tests/MetricsTests/Programs"

  @Test(
    .enabled(if: Python.with("tensorboardX") != nil, "needs tensorboardX: scripts/setup --tests"))
  func tensorboardX() async throws {
    let python = try #require(Python.with("tensorboardX"))
    try await check(
      "\(python) tensorboardx_train.py logs/{width} 0 {width}", found: "TensorBoard events",
      isSinglePrecision: true)
  }

  @Test(.enabled(if: Python.with("sacred") != nil, "needs sacred: scripts/setup --tests"))
  func sacred() async throws {
    let python = try #require(Python.with("sacred"))
    try await check(
      "\(python) sacred_train.py -F runs with width={width} seed=7", found: "Sacred run")
  }

  @Test(.enabled(if: Python.with("wandb") != nil, "needs wandb: scripts/setup --tests"))
  func wandb_withoutANetwork() async throws {
    let python = try #require(Python.with("wandb"))
    try await check("\(python) wandb_train.py {width} 0", found: "W&B log")
  }

  @Test(.enabled(if: Python.with("mlflow") != nil, "needs mlflow-skinny: scripts/setup --tests"))
  func mlflow() async throws {
    let python = try #require(Python.with("mlflow", "sqlalchemy", "alembic"))
    try await check("\(python) mlflow_train.py {width} 40", found: "MLflow database")
  }

  @Test(.enabled(if: Python.with("lightning") != nil, "needs lightning from PyPI in .venv"))
  func lightning() async throws {
    let python = try #require(Python.with("lightning"))
    try await check("\(python) lightning_train.py {width}", found: "CSV")
  }

  @Test(arguments: ["lightning", "keras", "csv"])
  func tables(_ kind: String) async throws {
    let script = kind == "csv" ? "csv_train.py" : "\(kind)_format_train.py"
    try await check("python3 \(script) {width}", found: "CSV")
  }

  @Test func trainerState_inCheckpointsThatComeAndGo() async throws {
    try await check(
      "python3 trainer_format_train.py {width}", found: "Hugging Face trainer state")
  }

  @Test func plainPrints() async throws {
    try await check(
      "python3 prints_train.py {width} SIDE/{width}.json",
      metrics: #"{output: 'step (?<step>\d+)\S+ loss: (?<loss>\S+), slope = (?<slope>\S+)'}"#)
  }

  /// Runs a script as two jobs, which write what they have computed into files unless they do so themselves.
  private func check(
    _ command: String, found title: String? = nil, metrics: String? = nil,
    isSinglePrecision: Bool = false, at place: SourceLocation = #_sourceLocation
  ) async throws {
    try await Sandbox.with { sandbox in
      let side = "\(sandbox.folder)/computed"
      try FileManager.default.createDirectory(atPath: side, withIntermediateDirectories: true)
      let run =
        command.contains("SIDE") ? command : "exec \(command) > SIDE/{width}.json"
      try sandbox.write(
        "library.yaml",
        """
        name: library
        shell: true
        run: "\(run.replacingOccurrences(of: "SIDE", with: side))"
        code: \(Self.programs)
        \(metrics.map { "metrics: \($0)" } ?? "")
        grid: {width: [4, 9]}
        """)
      let outcome = await sandbox.quanta("run", "library.yaml", "--cores", "2")
      try #require(outcome.status == 0, "\(outcome.output)", sourceLocation: place)
      let store = try StoreReader.open(at: "\(sandbox.folder)/quanta-store")
      let jobs = try store.jobs(of: "library")
      #expect(jobs.count == 2, sourceLocation: place)
      for job in jobs {
        let width = job.job.parameters.integer("width")
        let computed = try Computed(path: "\(side)/\(width).json", isSinglePrecision)
        let result = try #require(try store.result(of: job.job.key), sourceLocation: place)
        for difference in computed.differences(from: result) {
          Issue.record("width \(width): \(difference)", sourceLocation: place)
        }
        let logs = await sandbox.quanta("logs", job.job.key.hex)
        if let title {
          let isTold =
            logs.output.contains("note: metrics found in ")
            && logs.output.contains("(\(title))")
          #expect(isTold, "\(logs.output)", sourceLocation: place)
        }
      }
    }
  }
}

/// What a script has computed, as it wrote it beside its metrics.
private struct Computed {
  private let series: [String: [(step: Int, value: Double)]]
  private let scalars: [String: Double]

  init(path: String, _ isSinglePrecision: Bool) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("{\"series\"") })
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true  // NaN and Infinity, as Python writes them
    let written = try decoder.decode(Written.self, from: Data(line.utf8))
    series = written.series.mapValues { rows in
      rows.map { row in (Int(row[0]), isSinglePrecision ? Double(Float(row[1])) : row[1]) }
    }
    scalars = written.scalars ?? [:]
  }

  private struct Written: Decodable {
    let series: [String: [[Double]]]
    let scalars: [String: Double]?
  }

  /// What is recorded otherwise, a sentence each: every curve with each of its steps, its last, least and
  /// greatest value, and values without steps.
  func differences(from result: JobResult) -> [String] {
    var found = series.isEmpty ? ["the script has computed nothing"] : []
    var expected = scalars
    for (name, rows) in series {
      let curve = result.curve(name)
      if curve?.steps != rows.map(\.step) {
        found.append("\(name) has the steps \(curve?.steps.prefix(9).map { $0 } ?? [])")
      }
      let values = rows.map { Float($0.value) }
      if !Self.isSame(curve?.values ?? [], values) {
        found.append(
          "\(name) is \(curve?.values.prefix(9).map { $0 } ?? []), not \(values.prefix(9))")
      }
      let ordered = rows.map(\.value).filter { !$0.isNaN }
      expected["\(name).final"] = rows.last?.value
      expected["\(name).min"] = ordered.min()
      expected["\(name).max"] = ordered.max()
    }
    for (name, value) in expected {
      guard let recorded = result.scalar(name) else {
        found.append("\(name) is not recorded")
        continue
      }
      if !Self.isSame([recorded], [value]) { found.append("\(name) is \(recorded), not \(value)") }
    }
    return found
  }

  private static func isSame<Number: BinaryFloatingPoint>(_ left: [Number], _ right: [Number])
    -> Bool
  {
    left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}
