import Findings

/// What `quanta fit` is asked to do, which decides the options that mean something.
enum FitMode: CaseIterable {
  /// A form to the rows of a table.
  case table
  /// A form to the jobs of a sweep, with --x and --y.
  case sweep
  /// The fits that a sweep's file asks for.
  case sweepFile
  /// Parabolas at equal compute, with --isoflop.
  case isoflop
}

extension FitOptions {
  /// An option as far as it says how to fit.
  struct Given {
    let name: String
    let isGiven: Bool
    /// Where it is honoured; it is refused elsewhere.
    let modes: Set<FitMode>
  }

  /// Every option of this group.
  private var given: [Given] {
    let asked: Set<FitMode> = [.table, .sweep]
    let all = Set(FitMode.allCases)
    return [
      Given(name: "--x", isGiven: x != nil, modes: [.table, .sweep, .isoflop]),
      Given(name: "--y", isGiven: y != nil, modes: [.table, .sweep, .isoflop]),
      Given(name: "--form", isGiven: chosenForm != nil, modes: asked),
      Given(name: "--objective", isGiven: chosenObjective != nil, modes: asked),
      Given(name: "--delta", isGiven: chosenDelta != nil, modes: asked),
      Given(name: "--k", isGiven: k != nil, modes: asked),
      Given(name: "--hold", isGiven: !hold.isEmpty, modes: asked),
      Given(name: "--x2", isGiven: x2 != nil, modes: [.table, .sweep, .isoflop]),
      Given(name: "--x3", isGiven: x3 != nil, modes: asked),
      Given(name: "--x-range", isGiven: xRange != nil, modes: [.table, .sweep, .isoflop]),
      Given(name: "--y-range", isGiven: yRange != nil, modes: [.table, .sweep, .isoflop]),
      Given(name: "--by", isGiven: !by.isEmpty, modes: [.table, .sweep, .isoflop]),
      Given(name: "--where", isGiven: !conditions.isEmpty, modes: [.table, .isoflop]),
      Given(name: "--let", isGiven: !reading.formulas.isEmpty, modes: [.table, .isoflop]),
      Given(name: "--x-values", isGiven: reading.xValues != nil, modes: [.table]),
      Given(name: "--cluster", isGiven: cluster != nil, modes: [.table]),
      Given(name: "--strata", isGiven: strata != nil, modes: [.table]),
      Given(name: "--weights", isGiven: weights != nil, modes: [.table, .isoflop]),
      Given(name: "--sigma", isGiven: sigma != nil, modes: [.table, .isoflop]),
      Given(name: "--censored", isGiven: censored != nil, modes: [.table]),
      Given(
        name: "--allow-incomplete", isGiven: allowIncomplete, modes: [.sweep, .sweepFile]),
      Given(name: "--bootstrap", isGiven: chosenBootstrap != nil, modes: all),
      Given(name: "--seed", isGiven: chosenSeed != nil, modes: all),
    ]
  }

  /// Refuses what would be ignored.
  func check(_ mode: FitMode, _ extras: FitExtras? = nil) throws {
    let idle = (given + (extras?.given ?? [])).filter { $0.isGiven && !$0.modes.contains(mode) }
    guard !idle.isEmpty else { return }
    let names = idle.map(\.name).joined(separator: ", ")
    let isOne = idle.count == 1
    switch mode {
    case .table:
      throw CommandError(
        "\(names) \(isOne ? "speaks" : "speak") of a sweep's grid, which a table does not have",
        remedy: "leave \(isOne ? "it" : "them") out")
    case .sweep:
      throw CommandError(
        "\(names) \(isOne ? "is" : "are") for tables",
        remedy: "use --by, or fit what `quanta export` writes")
    case .sweepFile:
      throw CommandError(
        "\(names) \(isOne ? "says" : "say") how to fit --x and --y, which are not given",
        remedy: "give them, such as --x parameters --y loss.final, or change `fits:` in the "
          + "sweep's file")
    case .isoflop:
      throw CommandError(
        "\(names) \(isOne ? "says" : "say") how to fit a form, and --isoflop fits parabolas",
        remedy: "leave \(isOne ? "it" : "them") out; --where, --by, ranges and weights choose its "
          + "points")
    }
  }
}
