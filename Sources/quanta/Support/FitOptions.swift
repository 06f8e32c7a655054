import Analysis
public import ArgumentParser
import Fitting
public import SweepModel
import Tables

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
  @OptionGroup var reading: TableOptions
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only rows with column=value, or with <, <=, >, >=, != and sets a,b (tables; repeatable).",
      valueName: "condition"))
  var conditions: [String] = []
  @Option(name: .long, help: "The column whose equal values are one cluster (tables).")
  var cluster: String?
  @Option(name: .long, help: "The column within whose values clusters are drawn (tables).")
  var strata: String?
  @Option(name: .long, help: "The column of the points' weights (tables).")
  var weights: String?
  @Option(name: .long, help: "The column of standard deviations σ; the weight is 1/σ² (tables).")
  var sigma: String?
  @Option(name: .long, help: "The column that is 1 where y is an upper bound only (tables).")
  var censored: String?
  @Option(
    name: .long,
    help: "Fits no form but optimal sizes by parabolas at every budget of this column (tables).")
  var isoflop: String?
  @Flag(name: .long, help: "Adds profile-likelihood intervals, which take points for independent.")
  var profile = false
  @Flag(
    name: .long,
    help: "Adds a table of all forms of as many inputs, with AICc and the error on held-out scales."
  )
  var compare = false
  @Option(
    name: .customLong("flops"),
    help: "Training FLOP for which optimal sizes are derived (repeatable); 5.76e23 if absent.")
  var chosenFlops: [Double] = []
  @Flag(
    name: .long, help: "Accept the grid's holes: call its result an exponent all the same (sweeps)."
  )
  var allowIncomplete = false
  @Option(
    name: .customLong("bootstrap"),
    help: ArgumentHelp(
      "Bootstrap resamples; 0 for asymptotic intervals; 2000 if absent.", valueName: "resamples"))
  var chosenBootstrap: Int?
  @Option(name: .customLong("seed"), help: "The bootstrap's seed; 1 if absent.")
  var chosenSeed: UInt64?

  var form: FitRequest.Form { chosenForm ?? .power }
  private var objective: Objective { chosenObjective ?? .logLeastSquares }
  private var delta: Double { chosenDelta ?? 1e-3 }

  var bootstrap: Int { chosenBootstrap ?? 2000 }
  var seed: UInt64 { chosenSeed ?? 1 }
  var budgets: [Double] { chosenFlops.isEmpty ? [5.76e23] : chosenFlops }

  func validate() throws {
    if let isoflop, isoflop.isEmpty { throw ValidationError("--isoflop needs a column's name") }
    if !(delta > 0 && delta.isFinite) { throw ValidationError("--delta must be above 0") }
    // Without them the options are refused for what they are in that mode.
    let isOfForm = isAdHoc && isoflop == nil
    if isOfForm, chosenDelta != nil, objective != .huber {
      throw ValidationError("--delta goes with --objective huber")
    }
    if bootstrap != 0, bootstrap < 100 {
      throw ValidationError(
        "--bootstrap \(bootstrap) is too few: a 95 % interval needs 100 resamples at least (2000 are "
          + "usual), and 0 asks for asymptotic ones")
    }
    if bootstrap == 0, chosenSeed != nil {
      throw ValidationError("--seed is the bootstrap's, and --bootstrap 0 makes none")
    }
    if weights != nil, sigma != nil {
      throw ValidationError("--weights and --sigma exclude each other")
    }
    if isOfForm, censored != nil, objective == .leastAbsolute {
      throw ValidationError(
        "--censored tells upper bounds, of which --objective lad takes none; huber does")
    }
    if isOfForm, k != nil, ![.quanta, .quantaData].contains(form) {
      throw ValidationError("--k goes with --form quanta or quanta-data")
    }
    if isOfForm, !chosenFlops.isEmpty, !form.hasFrontier {
      throw ValidationError(
        "--flops goes with --form chinchilla or chinchilla-tied, or with --isoflop, whose optimal "
          + "sizes it asks for")
    }
    if chosenFlops.contains(where: { !($0 > 0 && $0.isFinite) }) {
      throw ValidationError("--flops must be above 0")
    }
    if let twice = by.indices.first(where: { by[..<$0].contains(by[$0]) }) {
      throw ValidationError("--by \(by[twice]) is given twice")
    }
  }

  /// True where the options name what to fit.
  var isAdHoc: Bool { x != nil || y != nil }

  var settings: FitSettings {
    FitSettings(
      uncertainty: bootstrap == 0 ? .asymptotic : .bootstrap(resamples: bootstrap, seed: seed),
      budgets: budgets, selects: true, profiles: profile, allowsIncomplete: allowIncomplete,
      compares: compare, speaker: x == nil ? .sweepFile : .commandLine)
  }

  /// The fit that the options describe; nil when they name no axes.
  func request(isTable: Bool) throws -> FitRequest? {
    guard let x, let y else {
      if x != nil || y != nil {
        throw CommandError(
          "--x and --y go together", remedy: "give --\(x == nil ? "x" : "y") as well")
      }
      return nil
    }
    let further = [x2, x3].compactMap(\.self)
    guard further.count + 1 == form.inputCount else {
      throw CommandError(
        "the form \(form.rawValue) has \(counted(form.inputCount, "input")) and got \(further.count + 1)",
        remedy: further.count + 1 < form.inputCount
          ? "name the others with --x2 and --x3" : "leave --x2 and --x3 out")
    }
    let held = try held()
    do {
      try Fitter.check(form: form, held: held)
    } catch {
      throw CommandError("--hold cannot be honoured: \(error)")
    }
    return FitRequest(
      name: "\(y) ~ \(([x] + further).joined(separator: ", "))", x: x, further: further, y: y,
      form: form, held: held,
      objective: FitRequest.Objective(name: objective.rawValue, delta: delta) ?? .logLeastSquares,
      by: by, xRange: try range(xRange, "--x-range"), yRange: try range(yRange, "--y-range"))
  }

  /// The options with the columns of a matrix of curves, where they are not named.
  func named(by table: Table) -> FitOptions {
    guard reading.xValues != nil, table.header.count > 2 else { return self }
    var named = self
    named.x = x ?? table.header[1]
    named.y = table.header[2]
    if by.isEmpty, cluster != table.header[0] { named.by = [table.header[0]] }
    return named
  }

  /// The table's part of the options.
  func table(_ request: FitRequest) throws -> TableFit {
    TableFit(
      request: request, filters: try filters(), cluster: cluster, strata: strata,
      weights: pointWeights, censored: censored)
  }

  /// The frontier that the options ask for; nil without --isoflop.
  func frontier() throws -> IsoFlopFit? {
    guard let isoflop else { return nil }
    guard let x, let y else {
      throw CommandError("--isoflop needs --x and --y", remedy: "name sizes and metric")
    }
    return IsoFlopFit(
      budget: isoflop, sizes: [x] + [x2].compactMap(\.self), y: y, by: by,
      xRange: try range(xRange, "--x-range"), yRange: try range(yRange, "--y-range"),
      filters: try filters(), weights: pointWeights, predicted: chosenFlops)
  }

  private var pointWeights: TableFit.Weights? {
    weights.map(TableFit.Weights.column) ?? sigma.map(TableFit.Weights.deviations)
  }

  private func filters() throws -> [RowCondition] {
    try conditions.map(RowCondition.init(option:))
  }

  private func held() throws -> [String: Double] {
    var held: [String: Double] = [:]
    for text in hold {
      guard let sign = text.firstIndex(of: "="),
        let value = Double(text[text.index(after: sign)...])
      else { throw CommandError("--hold \"\(text)\" is no value", remedy: "write NAME=VALUE") }
      let name = String(text[..<sign])
      guard held.updateValue(value, forKey: name) == nil else {
        throw CommandError("--hold gives \(name) two values", remedy: "keep one")
      }
    }
    if let k, held.updateValue(k, forKey: "K") != nil {
      throw CommandError("--k and --hold K=… give K two values", remedy: "keep one")
    }
    return held
  }

  /// `500..15000`; an end that is left out is infinite.
  private func range(_ text: String?, _ option: String) throws -> ClosedRange<Double>? {
    guard let text else { return nil }
    let error = CommandError("\(option) \"\(text)\" is no range", remedy: "write LOW..HIGH")
    guard let dots = text.firstRange(of: ".."), text != ".." else { throw error }
    let (low, high) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard let lower = low.isEmpty ? -Double.infinity : Double(low),
      let upper = high.isEmpty ? Double.infinity : Double(high), lower <= upper
    else { throw error }
    return lower...upper
  }
}

extension FitRequest.Form: ExpressibleByArgument {
  /// True where optimal sizes of a training budget follow from the parameters.
  var hasFrontier: Bool { [.chinchilla, .chinchillaTied].contains(self) }
}
