import Analysis
import ArgumentParser
import Basics
import Findings
import Fitting
import Reports
import SweepModel

struct DownstreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "downstream",
    abstract: "Predicts a task's accuracy in two steps: size to loss, loss to accuracy.",
    discussion: """
      Step 1 fits the task's loss, such as bits per byte of the right answer, by a scaling law of --x \
      and --x2; step 2 fits accuracy = chance + (ceiling − chance)/(1 + exp(k·(loss − L0))). Both are \
      fitted anew to every resample of places (or, of few, draw), so errors of the first step go through the second; the \
      interval of a new run adds the deviations of both steps.

      --hold-out COUNT leaves out the places with the largest x·x2, predicts them, and says the error \
      and whether the interval holds what was measured. --output DIR writes downstream.json and .svg.

      Exit status: 1 where there is no law, fewer than two places more than a step's free numbers, or \
      where the data do not determine a number of a step (named as such); 2 for a wrong command \
      line or a table that cannot be read as asked.

      Example:
        quanta downstream ladder.csv --x N --x2 D --loss hs_bpb --accuracy hs_acc \\
          --chance 0.25 --hold-out 1 --at N=13e9,D=5e12
      """)

  @OptionGroup var study: StudyOptions
  @Option(name: .long, help: "The column of the first input, such as parameters.")
  var x: String
  @Option(name: .long, help: "The column of the second, such as tokens.")
  var x2: String?
  @Option(name: .long, help: "The column of the task's loss.")
  var loss: String
  @Option(name: .long, help: "The column of its accuracy, 0 to 1.")
  var accuracy: String
  @Option(
    name: .long, help: "The accuracy of guessing; fitted if absent.",
    transform: OptionNumber.finite)
  var chance: Double?
  @Option(
    name: .long, help: "The accuracy far below L0; fitted if absent.",
    transform: OptionNumber.finite)
  var ceiling: Double?
  @Option(name: .long, help: "Step 1's form; chinchilla with --x2, offset without, if absent.")
  var form: FitRequest.Form?
  @Option(name: .long, help: "Step 1's objective: ls, log-ls, huber or lad.")
  var objective = FitOptions.Objective.logLeastSquares
  @Option(
    name: .customLong("delta"), help: "Huber's threshold on the log residual; 0.001 if absent.",
    transform: OptionNumber.positive)
  var chosenDelta: Double?
  @Option(name: .long, help: "So many largest places are held out and predicted.")
  var holdOut = 0
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp("NAME=NUMBER,… : a place to predict (repeatable).", valueName: "place"),
    transform: AskedPlace.init(option:))
  var places: [AskedPlace] = []
  @Option(name: .long, help: "Resamples, 100 at least.")
  var bootstrap = 1000

  private var inputs: [String] { [x] + [x2].compactMap(\.self) }

  private var chosenForm: FitRequest.Form { form ?? (x2 == nil ? .offset : .chinchilla) }

  func validate() throws {
    if bootstrap < 100 { throw ValidationError("--bootstrap must be at least 100") }
    if holdOut < 0 { throw ValidationError("--hold-out must not be negative") }
    if chosenDelta != nil, objective != .huber {
      throw ValidationError("--delta goes with --objective huber")
    }
    let (low, high) = (chance ?? 0, ceiling ?? 1)
    if !(0...1).contains(low) || !(0...1).contains(high) || low >= high {
      throw ValidationError("--chance and --ceiling lie between 0 and 1, the ceiling above")
    }
    try ColumnRoles.checkApart(
      [("--x", x), ("--x2", x2), ("--loss", loss), ("--accuracy", accuracy)])
    if chosenForm.inputCount != inputs.count {
      throw ValidationError(
        "the form \(chosenForm.rawValue) has \(counted(chosenForm.inputCount, "input")) and got \(inputs.count); "
          + (inputs.count == 1 ? "name the second with --x2" : "leave --x2 out"))
    }
  }

  func run() throws {
    let asked = DownstreamStudy(
      inputs: inputs, loss: loss, accuracy: accuracy, form: chosenForm,
      objective: FitRequest.Objective(name: objective.rawValue, delta: chosenDelta ?? 1e-3)
        ?? .logLeastSquares,
      chance: chance, ceiling: ceiling,
      filters: try study.filters(), heldOut: holdOut,
      places: try places.map { try $0.numbers(of: inputs) })
    let report = try study.answer(form: "two-step", y: accuracy, name: "downstream") { table in
      try asked.report(over: table, resamples: bootstrap, seed: study.seed)
    }
    try study.tell(
      report.document, name: "downstream", text: DownstreamTable.text(report),
      files: [("downstream.svg", DownstreamFigure.draw(report)?.svg)])
    if !report.law.isIdentified { throw ExitStatus.someFailed }
  }
}
