import Analysis
public import ArgumentParser
import Fitting
import Foundation
import Reports
import Store
public import SweepModel

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits exponents with intervals: of a sweep, or of any CSV file.",
    discussion: """
      Without --x and --y a sweep's own `fits:` are done. Forms: power L = b·x^-c,
      offset L = E + b·x^-c with E ≥ 0. Objectives, sums over points of the log residual r:
      log-ls ½·Σ r², huber Σ Huber_delta(r).

      Examples:
        quanta fit parity-parameters-small
        quanta fit last --x parameters --y loss.final --form offset --json
        quanta fit data.csv --x tokens --y loss --form offset --objective huber --delta 1e-3 \\
          --where model=base --bootstrap 4000 --seed 7
      """)

  @Argument(help: "A sweep's name, a sweep file, or a CSV file.", completion: .file())
  var subject: String
  @OptionGroup var request: RequestOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let reports = try subject.lowercased().hasSuffix(".csv") ? tableFit() : sweepFits()
    if output.json {
      try printJSON(reports.map(JSONFit.init))
    } else {
      Console.print(FitTable.text(reports))
    }
    if reports.allSatisfy({ $0.groups.allSatisfy { $0.fit == nil } }) {
      throw ExitStatus.someFailed
    }
  }

  private func sweepFits() throws -> [FitReport] {
    let reader = try StoreReader.open(at: store.directory)
    let results = try SweepResults(SweepArgument.name(subject, in: reader), reader: reader)
    let analysis = results.analysis(uncertainty: request.uncertainty)
    if let adHoc = try request.request(isTable: false) {
      return [try analysis.report(adHoc, source: results.record.name, records: results.jobs)]
    }
    guard results.hasFits else {
      throw CommandError(
        "the sweep \(results.record.name) asks for no fits", remedy: "give --x and --y")
    }
    return try results.fits(uncertainty: request.uncertainty)
  }

  private func tableFit() throws -> [FitReport] {
    guard let adHoc = try request.request(isTable: true) else {
      throw CommandError("a CSV file needs --x and --y", remedy: "name two of its columns")
    }
    let filters = try request.conditions.map { text in
      guard let filter = TableFit.Filter(text) else {
        throw CommandError("--where \"\(text)\" is no condition", remedy: "write column=value")
      }
      return filter
    }
    guard let data = FileManager.default.contents(atPath: subject) else {
      throw CommandError("the file \(subject) cannot be read")
    }
    let table = try CSVTable(bytes: Array(data), origin: subject)
    let fit = TableFit(request: adHoc, filters: filters, cluster: request.cluster)
    return [try fit.report(over: table, uncertainty: request.uncertainty)]
  }
}

/// What to fit and how.
struct RequestOptions: ParsableArguments {
  enum Objective: String, ExpressibleByArgument, CaseIterable {
    case logLeastSquares = "log-ls"
    case huber
  }

  @Option(name: .long, help: "The horizontal axis: a scalar, a grid axis, `step`, or a column.")
  var x: String?
  @Option(name: .long, help: "The metric: a scalar, a curve for `step`, or a column.")
  var y: String?
  @Option(name: .long, help: "power or offset.")
  var form: FitRequest.Form = .power
  @Option(name: .long, help: "log-ls or huber.")
  var objective: Objective = .logLeastSquares
  @Option(name: .long, help: "Huber's threshold on the log residual.")
  var delta = 1e-3
  @Option(name: .long, help: "One fit for every value of these axes or columns (repeatable).")
  var by: [String] = []
  @Option(name: .customLong("where"), help: "Only rows with column=value (CSV; repeatable).")
  var conditions: [String] = []
  @Option(name: .long, help: "The column whose equal values are one cluster (CSV).")
  var cluster: String?
  @Option(name: .long, help: "Bootstrap resamples; 0 for asymptotic intervals.")
  var bootstrap = 2000
  @Option(name: .long, help: "The bootstrap's seed.")
  var seed: UInt64 = 1

  func validate() throws {
    if delta <= 0 { throw ValidationError("--delta must be above 0") }
    if bootstrap < 0 { throw ValidationError("--bootstrap must not be negative") }
  }

  var uncertainty: Uncertainty {
    bootstrap == 0 ? .asymptotic : .bootstrap(resamples: bootstrap, seed: seed)
  }

  /// The fit that the options describe; nil when they name no axes.
  func request(isTable: Bool) throws -> FitRequest? {
    guard let x, let y else {
      if x != nil || y != nil { throw CommandError("--x and --y go together") }
      return nil
    }
    if !isTable, !conditions.isEmpty || cluster != nil {
      throw CommandError("--where and --cluster are for CSV files", remedy: "use --by")
    }
    return FitRequest(
      name: "\(y) ~ \(x)", x: x, y: y, form: form,
      objective: objective == .huber ? .huber(delta: delta) : .logLeastSquares, by: by)
  }
}

extension FitRequest.Form: ExpressibleByArgument {}
