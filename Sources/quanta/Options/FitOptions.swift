import Analysis
public import ArgumentParser
import Basics
import Findings
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
    name: .customLong("delta"), help: "Huber's threshold on the log residual; 0.001 if absent.",
    transform: OptionNumber.positive)
  var chosenDelta: Double?
  @Option(
    name: .long, help: "The number of quanta of the form quanta; fitted if absent.",
    transform: OptionNumber.positive)
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
  @Option(
    name: .long,
    help: """
      The column of standard deviations σ of y, in its unit; the weight is 1/σ² where the objective takes \
      y (ls, isoFLOP) and (y/σ)², y as measured, where it takes ln y (tables).
      """)
  var sigma: String?
  @Option(name: .long, help: "The column that is 1 where y is an upper bound only (tables).")
  var censored: String?
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

  func validate() throws {
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
    try checkColumns()
  }

  private func checkColumns() throws {
    let axes = [("--x", x), ("--x2", x2), ("--x3", x3), ("--y", y)]
    let splits = by.map { ("--by", Optional($0)) }
    try ColumnRoles.checkApart(axes + splits)
    try ColumnRoles.checkApart([("--y", y), ("--cluster", cluster), ("--strata", strata)])
    try ColumnRoles.checkApart([("--y", y), ("--weights", weights)])
    try ColumnRoles.checkApart(axes + [("--censored", censored)])
    // Within a group there is one cluster then, or one stratum, or one weight.
    for role in [("--cluster", cluster), ("--strata", strata), ("--weights", weights)] {
      try ColumnRoles.checkApart(splits + [role])
    }
  }

  /// Refuses options that go with other forms or objectives.
  private func checkForm() throws {
    if chosenDelta != nil, objective != .huber {
      throw CommandError("--delta goes with --objective huber", remedy: "give both or none")
    }
    if censored != nil, objective == .leastAbsolute {
      throw CommandError(
        "--censored tells upper bounds, of which --objective lad takes none",
        remedy: "--objective huber does")
    }
    if k != nil, ![.quanta, .quantaData].contains(form) {
      throw CommandError("--k goes with --form quanta or quanta-data", remedy: "leave it out")
    }
  }

  /// True where the options name what to fit.
  var isAdHoc: Bool { x != nil || y != nil }

  /// How the fits are made.
  ///
  /// - Parameter extras: Those of `quanta fit`; other commands have none.
  func settings(_ extras: FitExtras? = nil) -> FitSettings {
    let budgets = extras.map { $0.flops.isEmpty ? [5.76e23] : $0.flops } ?? []
    return FitSettings(
      uncertainty: bootstrap == 0 ? .asymptotic : .bootstrap(resamples: bootstrap, seed: seed),
      budgets: budgets, selects: true,
      profiles: extras?.profile ?? false, allowsIncomplete: allowIncomplete,
      compares: extras?.compare ?? false, speaker: x == nil ? .sweepFile : .commandLine)
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
    try checkForm()
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

  /// The frontier over the budgets of a column.
  func frontier(budget: String, predicted: [Double]) throws -> IsoFlopFit {
    guard let x, let y else {
      throw CommandError("--isoflop needs --x and --y", remedy: "name sizes and metric")
    }
    try ColumnRoles.checkApart(
      [("--x", x), ("--x2", x2), ("--y", y)] + by.map { ("--by", $0) } + [("--isoflop", budget)])
    return IsoFlopFit(
      budget: budget, sizes: [x] + [x2].compactMap(\.self), y: y, by: by,
      xRange: try range(xRange, "--x-range"), yRange: try range(yRange, "--y-range"),
      filters: try filters(), weights: pointWeights, predicted: predicted)
  }

  private var pointWeights: TableFit.Weights? {
    weights.map(TableFit.Weights.column) ?? sigma.map(TableFit.Weights.deviations)
  }

  func filters() throws -> [RowCondition] {
    try conditions.map(RowCondition.init(option:))
  }

  private func held() throws -> [String: Double] {
    var held: [String: Double] = [:]
    for text in hold {
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex,
        let value = Table.number(String(text[text.index(after: sign)...]))
      else {
        throw CommandError(
          "--hold \"\(text)\" is no value", remedy: "write NAME=VALUE, such as E=1.69")
      }
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
    func refusal(_ why: String) -> CommandError {
      CommandError(
        "\(option) \"\(text)\" is no range\(why)",
        remedy: "write LOW..HIGH, such as 70M..7B; an end that is left out is open")
    }
    guard let dots = text.firstRange(of: ".."), text != ".." else { throw refusal("") }
    let ends = try [text[..<dots.lowerBound], text[dots.upperBound...]].map { end -> Double? in
      guard !end.isEmpty else { return nil }
      guard let number = Table.number(String(end)) else {
        throw refusal(": \"\(end)\" is no number")
      }
      return number
    }
    let (low, high) = (ends[0] ?? -.infinity, ends[1] ?? .infinity)
    guard low <= high else { throw refusal(": its low end is above its high end") }
    return low...high
  }
}

extension FitRequest.Form: ExpressibleByArgument {
  /// True where optimal sizes of a training budget follow from the parameters.
  var hasFrontier: Bool { [.chinchilla, .chinchillaTied].contains(self) }
}
