import Basics
import Glibc
import Metrics
import Posix
import Testing

/// Programs that train with the real libraries, unmodified: what is read equals what they computed.
@Suite struct LibraryTests {
  private struct Computed {
    let series: [String: [(Int, Double)]]
    let json: JSON
  }

  /// Runs a program of ours in a folder to its end.
  private func start(
    _ program: String, _ arguments: [String], in folder: String,
    environment: [String: String] = [:]
  ) throws -> (code: Int32, output: String) {
    let log = "\(folder)/output-\(UInt32.random(in: 0 ... .max)).txt"
    let output = try Descriptor(opening: log, O_RDWR | O_CREAT | O_TRUNC)
    var variables = ["HOME": folder, "PATH": "/usr/local/bin:/usr/bin:/bin"]
    variables.merge(environment) { $1 }
    let words = [PythonLibraries.python, "\(PythonLibraries.programs)/\(program)"] + arguments
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder] + words
    let child = try Child(
      shell, program: "/bin/sh", output: output, errors: output, environment: variables)
    let code = child.wait().code
    return (code, String(decoding: try output.read(at: 0, count: 1 << 24), as: UTF8.self))
  }

  /// Runs a program of ours that ends well; the JSON that it prints last.
  private func run(
    _ program: String, _ arguments: [String], in folder: String,
    environment: [String: String] = [:]
  ) throws -> Computed {
    let (ending, text) = try start(program, arguments, in: folder, environment: environment)
    let last = text.split(separator: "\n").last { $0.hasPrefix("{\"series\"") }
    let line = try #require(last, "\(program) ended with \(ending): \(text.suffix(2000))")
    let json = try JSON(Array(line.utf8))
    var series: [String: [(Int, Double)]] = [:]
    for member in json["series"]?.members ?? [] {
      guard case .list(let rows) = member.value else { continue }
      series[member.name] = rows.compactMap { row in
        guard case .numbers(let numbers) = row else { return nil }
        return (Int(numbers[0]), numbers[1])
      }
    }
    return Computed(series: series, json: json)
  }

  /// The metrics in a folder as the worker would read them, in a few looks.
  private func book(in folder: String, kinds: Set<MetricKind>) throws -> MetricBook {
    let sources = MetricFinder(folder: folder).find()
    #expect(Set(sources.map(\.kind)) == kinds)
    var book = MetricBook()
    for source in sources {
      var reader = source.reader(step: nil)
      reader.read(into: &book, isFinal: false)
      reader.read(into: &book, isFinal: true)
    }
    return book
  }

  private func compare(
    _ book: MetricBook, _ computed: Computed, rounded: Bool = false,
    line: SourceLocation = #_sourceLocation
  ) {
    #expect(!computed.series.isEmpty, sourceLocation: line)
    for (name, rows) in computed.series {
      let series = book[name]
      #expect(series?.steps == rows.map(\.0), "\(name)", sourceLocation: line)
      let expected = rows.map { rounded ? Double(Float($0.1)) : $0.1 }
      let isSame =
        series.map { series in
          series.values.count == expected.count
            && zip(series.values, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
        } ?? false
      #expect(
        isSame, "\(name): \(series?.values.prefix(5) ?? []), \(expected.prefix(5))",
        sourceLocation: line)
    }
    for scalar in computed.json["scalars"]?.members ?? [] {
      #expect(book.scalar(scalar.name) == scalar.value.number, sourceLocation: line)
    }
  }

  @Test(PythonLibraries.needs("tensorboardX"))
  func tensorboardX_andARestart() throws {
    let scratch = try Scratch()
    let logs = "\(scratch.path)/logs"
    let first = try run("tensorboardx_train.py", [logs, "0", "40"], in: scratch.path)
    compare(try book(in: logs, kinds: [.tensorboard]), first, rounded: true)
    // Its file's name ends in the second of its start: another start within it would write over it.
    let name = try #require(Descriptor.names(in: logs).first { $0.contains("tfevents") })
    #expect(rename("\(logs)/\(name)", "\(logs)/events.out.tfevents.1000000000.h") == 0)
    let second = try run("tensorboardx_train.py", [logs, "25", "60"], in: scratch.path)
    let book = try book(in: logs, kinds: [.tensorboard])
    #expect(book["slope"]?.steps == Array(0..<60))
    let rest = Array((book["slope"]?.values ?? []).suffix(35))
    #expect(rest == second.series["slope"]?.map { Double(Float($0.1)) })
    #expect(book.series.allSatisfy { !$0.name.contains("words") && $0.name != "errors" })
    let places = RecordedRuns.find(in: scratch.path)
    #expect(places.map(\.tool) == [.tensorboard])
    let recorded = try #require(places.first).read()
    #expect(recorded["width"] == .integer(16))
    #expect(recorded["rate"] == .real(0.1))
    #expect(recorded["kind"] == .text("line"))
    #expect(recorded["warm"] == .flag(true))
    #expect(recorded.state == .unknown && recorded.isWhole)
  }

  @Test(PythonLibraries.needs("sacred"))
  func sacred() throws {
    let scratch = try Scratch()
    let computed = try run(
      "sacred_train.py", ["-F", "runs", "with", "width=3", "optimizer.rate=0.25", "seed=7"],
      in: scratch.path)
    compare(try book(in: scratch.path, kinds: [.sacred]), computed)
    let words = ["-F", "runs", "with", "stop_at=50"]
    #expect(try start("sacred_train.py", words, in: scratch.path).code == 1)
    let runs = RecordedRuns.find(in: scratch.path).map { $0.read() }
    #expect(runs.map(\.id) == ["1", "2"])
    #expect(runs.map(\.state) == [.finished, .failed])
    #expect(runs[0]["width"] == .integer(3))
    #expect(runs[0]["optimizer.rate"] == .real(0.25))
    #expect(runs[0]["points"] == .list("[1, 2, 4]"))
    #expect(Set(runs[0].swept) == ["width", "optimizer.rate", "seed"])
    #expect(runs[0].lists.first { $0.name == "log_steps" }?.values.count == 10)
    #expect(runs[1].failure == "RuntimeError: stopped at 50")
    #expect(runs[1].book["loss"]?.steps == [0, 10, 20, 30, 40])
    #expect(runs.allSatisfy { $0.isWhole && ($0.endedAt ?? 0) >= $0.startedAt ?? .infinity })
    #expect(runs[0].toolVersion?.isEmpty == false)
  }

  @Test(PythonLibraries.needs("wandb"), arguments: [0, 3])
  func wandb_offline(_ status: Int) throws {
    let scratch = try Scratch()
    let computed = try run(
      "wandb_train.py", ["5", "\(status)"], in: scratch.path,
      environment: ["WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_DIR": scratch.path])
    compare(try book(in: scratch.path, kinds: [.wandb]), computed)
    let run = try #require(RecordedRuns.find(in: scratch.path).first).read()
    #expect(run["width"] == .integer(5))
    #expect(run["rate"] == .real(0.1))
    #expect(run["optimizer.name"] == .text("sgd"))
    #expect(run["list"] == .list("[1, 2]"))
    #expect(run["flag"] == .flag(true))
    #expect(run.parameters.count == 5)
    #expect(run.exitCode == status && run.state == (status == 0 ? .finished : .failed))
    #expect(run.isWhole && run.toolVersion != nil && run.startedAt != nil)
    #expect(run.command?.dropFirst() == ["5", "\(status)"])
  }

  @Test(PythonLibraries.needs("mlflow", "sqlalchemy"))
  func mlflow_inSQLite() throws {
    let scratch = try Scratch()
    let store = ["MLFLOW_TRACKING_URI": "sqlite:///\(scratch.path)/mlflow.db"]
    let first = try run("mlflow_train.py", ["4", "40"], in: scratch.path, environment: store)
    compare(try book(in: scratch.path, kinds: [.mlflowDatabase]), first)
    let second = try run(
      "mlflow_train.py", ["8", "30", "fail"], in: scratch.path, environment: store)
    let book = try book(in: scratch.path, kinds: [.mlflowDatabase])
    compare(book, second)
    #expect(book.notes.contains { $0.contains("several runs") })
    try checkRuns(scratch, [first, second])
  }

  @Test(PythonLibraries.needs("mlflow"))
  func mlflow_inAFolder() throws {
    let scratch = try Scratch()
    let store = [
      "MLFLOW_TRACKING_URI": "file://\(scratch.path)/mlruns", "MLFLOW_ALLOW_FILE_STORE": "true",
    ]
    let first = try run("mlflow_train.py", ["4", "20"], in: scratch.path, environment: store)
    compare(try book(in: scratch.path, kinds: [.mlflowFolder]), first)
    let second = try run(
      "mlflow_train.py", ["8", "10", "fail"], in: scratch.path, environment: store)
    compare(try book(in: scratch.path, kinds: [.mlflowFolder]), second)
    try checkRuns(scratch, [first, second])
  }

  private func checkRuns(_ scratch: Scratch, _ computed: [Computed]) throws {
    let runs = RecordedRuns.find(in: scratch.path).map { $0.read() }
    #expect(runs.count == 2)
    for computed in computed {
      let id = computed.json["run"]?.text
      let run = try #require(runs.first { $0.id == id })
      compare(run.book, computed)
      let failed = computed.json["failed"] == .flag(true)
      #expect(run.state == (failed ? .failed : .finished))
      #expect(run["width"] == .integer(failed ? 8 : 4))
      #expect(run["rate"] == .real(0.1))
      #expect(run["text"] == .text(String(repeating: "x", count: 5000)))
      #expect(run.isWhole && (run.endedAt ?? 0) >= run.startedAt ?? .infinity)
    }
  }
}

/// What `scripts/setup --tests` installs into `.venv`.
enum PythonLibraries {
  private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  static let programs = "\(root)/Tests/MetricsTests/Programs"
  static let python = "\(root)/.venv/bin/python"

  /// Skips a test where a library is not installed.
  static func needs(_ names: String...) -> some TestTrait {
    let isThere = names.allSatisfy { name in
      Descriptor.names(in: "\(root)/.venv/lib").contains { version in
        access("\(root)/.venv/lib/\(version)/site-packages/\(name)", F_OK) == 0
      }
    }
    return ConditionTrait.enabled(
      if: isThere, "needs \(names.joined(separator: " and ")) from PyPI, see scripts/setup --tests")
  }
}
