import Analysis
public import ArgumentParser
import Fitting
public import SweepModel

/// What to fit and how.
struct FitOptions: ParsableArguments {
  enum Objective: String, ExpressibleByArgument, CaseIterable {
    case leastSquares = "ls"
    case logLeastSquares = "log-ls"
    case huber
    case leastAbsolute = "lad"
  }

  @Option(name: .long, help: "The first input: a scalar, a grid axis, `step`, or a column.")
  var x: String?
  @Option(name: .long, help: "The second input of a form of several.")
  var x2: String?
  @Option(name: .long, help: "The third input of the form repeated.")
  var x3: String?
  @Option(name: .long, help: "The metric: a scalar, a curve for `step`, or a column.")
  var y: String?
  @Option(
    name: .customLong("form"),
    help: ArgumentHelp("The form; power if absent.", valueName: "form"))
  var chosenForm: FitRequest.Form?
  @Option(name: .customLong("objective"), help: "What is minimised; log-ls if absent.")
  var chosenObjective: Objective?
  @Option(
    name: .customLong("delta"), help: "Huber's threshold on the log residual; 0.001 if absent.")
  var chosenDelta: Double?
  @Option(name: .long, help: "The number of quanta of the form quanta; fitted if absent.")
  var k: Double?
  @Option(name: .long, help: "NAME=VALUE holds a parameter at a value (repeatable).")
  var hold: [String] = []
  @Option(name: .customLong("x-range"), help: "LOW..HIGH takes only points with x within.")
  var xRange: String?
  @Option(name: .customLong("y-range"), help: "LOW..HIGH takes only points with y within.")
  var yRange: String?
  @Option(name: .long, help: "One fit for every value of these axes or columns (repeatable).")
  var by: [String] = []
  @Option(name: .customLong("where"), help: "Only rows with column=value (CSV; repeatable).")
  var conditions: [String] = []
  @Option(name: .long, help: "The column whose equal values are one cluster (CSV).")
  var cluster: String?
  @Option(name: .long, help: "The column within whose values clusters are drawn (CSV).")
  var strata: String?
  @Option(name: .long, help: "The column of the points' weights (CSV).")
  var weights: String?
  @Option(name: .long, help: "The column of standard deviations σ; the weight is 1/σ² (CSV).")
  var sigma: String?
  @Option(name: .long, help: "The column that is 1 where y is an upper bound only (CSV).")
  var censored: String?
  @Option(
    name: .long,
    help: "Fits no form but optimal sizes by parabolas at every budget of this column (CSV).")
  var isoflop: String?
  @Flag(name: .long, help: "Adds profile-likelihood intervals, which take points for independent.")
  var profile = false
  @Option(name: .long, help: "Training FLOP for which optimal sizes are derived (repeatable).")
  var flops: [Double] = [5.76e23]
  @Flag(
    name: .long, help: "Accept the grid's holes: call its result an exponent all the same (sweeps)."
  )
  var allowIncomplete = false
  @Option(name: .long, help: "Bootstrap resamples; 0 for asymptotic intervals.")
  var bootstrap = 2000
  @Option(name: .long, help: "The bootstrap's seed.")
  var seed: UInt64 = 1

  var form: FitRequest.Form { chosenForm ?? .power }
  private var objective: Objective { chosenObjective ?? .logLeastSquares }
  private var delta: Double { chosenDelta ?? 1e-3 }

  /// The options given that say how to fit --x and --y.
  private var given: [String] {
    let options: [(String, Bool)] = [
      ("--form", chosenForm != nil), ("--objective", chosenObjective != nil),
      ("--delta", chosenDelta != nil), ("--k", k != nil), ("--hold", !hold.isEmpty),
      ("--x2", x2 != nil), ("--x3", x3 != nil), ("--x-range", xRange != nil),
      ("--y-range", yRange != nil), ("--by", !by.isEmpty), ("--where", !conditions.isEmpty),
      ("--cluster", cluster != nil), ("--strata", strata != nil), ("--weights", weights != nil),
      ("--sigma", sigma != nil), ("--censored", censored != nil),
    ]
    return options.filter(\.1).map(\.0)
  }

  func validate() throws {
    let formless: Set = ["--x2", "--where"]
    if isoflop != nil, let option = given.first(where: { !formless.contains($0) }) {
      throw ValidationError("\(option) says how to fit a form, and --isoflop fits none")
    }
    if delta <= 0 { throw ValidationError("--delta must be above 0") }
    if bootstrap < 0 { throw ValidationError("--bootstrap must not be negative") }
    if weights != nil, sigma != nil {
      throw ValidationError("--weights and --sigma exclude each other")
    }
    if k != nil, ![.quanta, .quantaData].contains(form) {
      throw ValidationError("--k goes with --form quanta or quanta-data")
    }
    if flops.contains(where: { !($0 > 0 && $0.isFinite) }) {
      throw ValidationError("--flops must be above 0")
    }
  }

  var settings: FitSettings {
    FitSettings(
      uncertainty: bootstrap == 0 ? .asymptotic : .bootstrap(resamples: bootstrap, seed: seed),
      budgets: flops, selects: true, profiles: profile, allowsIncomplete: allowIncomplete)
  }

  /// The fit that the options describe; nil when they name no axes.
  func request(isTable: Bool) throws -> FitRequest? {
    guard let x, let y else {
      if x != nil || y != nil {
        throw CommandError(
          "--x and --y go together", remedy: "give --\(x == nil ? "x" : "y") as well")
      }
      if !isTable, !given.isEmpty {
        throw CommandError(
          "\(given.joined(separator: ", ")) \(given.count == 1 ? "says" : "say") how to fit --x "
            + "and --y, which are not given",
          remedy: "give them, such as --x parameters --y loss.final, or change `fits:` in the "
            + "sweep's file")
      }
      return nil
    }
    let forTables = [cluster, strata, weights, sigma, censored].contains { $0 != nil }
    if !isTable, !conditions.isEmpty || forTables {
      throw CommandError(
        "--where, --cluster, --strata, --weights, --sigma and --censored are for CSV files",
        remedy: "use --by")
    }
    let further = [x2, x3].compactMap(\.self)
    guard further.count + 1 == form.inputCount else {
      throw CommandError(
        "the form \(form.rawValue) has \(counted(form.inputCount, "input")) and got \(further.count + 1)",
        remedy: further.count + 1 < form.inputCount
          ? "name the others with --x2 and --x3" : "leave --x2 and --x3 out")
    }
    return FitRequest(
      name: "\(y) ~ \(([x] + further).joined(separator: ", "))", x: x, further: further, y: y,
      form: form, held: try held(),
      objective: FitRequest.Objective(name: objective.rawValue, delta: delta) ?? .logLeastSquares,
      by: by, xRange: try range(xRange, "--x-range"), yRange: try range(yRange, "--y-range"))
  }

  /// The table's part of the options.
  func table(_ request: FitRequest) throws -> TableFit {
    return TableFit(
      request: request, filters: try filters(), cluster: cluster, strata: strata,
      weights: weights.map(TableFit.Weights.column) ?? sigma.map(TableFit.Weights.deviations),
      censored: censored)
  }

  /// The frontier that the options ask for; nil without --isoflop.
  func frontier() throws -> IsoFlopFit? {
    guard let isoflop else { return nil }
    guard let x, let y else {
      throw CommandError("--isoflop needs --x and --y", remedy: "name sizes and metric")
    }
    return IsoFlopFit(
      budget: isoflop, sizes: [x] + [x2].compactMap(\.self), y: y, filters: try filters())
  }

  private func filters() throws -> [TableFit.Filter] {
    try conditions.map { text in
      guard let filter = TableFit.Filter(text) else {
        throw CommandError("--where \"\(text)\" is no condition", remedy: "write column=value")
      }
      return filter
    }
  }

  private func held() throws -> [String: Double] {
    var held: [String: Double] = [:]
    for text in hold {
      guard let sign = text.firstIndex(of: "="),
        let value = Double(text[text.index(after: sign)...])
      else { throw CommandError("--hold \"\(text)\" is no value", remedy: "write NAME=VALUE") }
      held[String(text[..<sign])] = value
    }
    if let k { held["K"] = k }
    return held
  }

  /// `500..15000`; an end that is left out is infinite.
  private func range(_ text: String?, _ option: String) throws -> ClosedRange<Double>? {
    guard let text else { return nil }
    let error = CommandError("\(option) \"\(text)\" is no range", remedy: "write LOW..HIGH")
    guard let dots = text.firstRange(of: "..") else { throw error }
    let (low, high) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard let lower = low.isEmpty ? -Double.infinity : Double(low),
      let upper = high.isEmpty ? Double.infinity : Double(high), lower <= upper
    else { throw error }
    return lower...upper
  }
}

extension FitRequest.Form: ExpressibleByArgument {}
