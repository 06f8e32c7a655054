import Basics
import Fitting
import SweepModel
import Tables

/// What the columns of a table beside the fitted ones give reason to refuse or to warn of.
///
/// Columns are recognised by name, in any case: runs by `run`, `run_name`, `run_id`; seeds by
/// `seed`; units by `unit`, `units`, `loss_unit`; isoFLOP budgets by `budget`, `flops_budget`; tuned
/// runs by `tuned` (true/false, 1/0, yes/no) or `hparams` (`tuned` beside other words); annealing by
/// `annealed`, `cooldown` (true/false …), or `step` beside `total_steps` or `max_steps`.
struct TableChecks {
  let fit: TableFit
  let table: Table
  /// The columns by their names in small letters, which are made once for all groups.
  let titles: [String]
  let rows: [Int]

  private func column(_ names: String...) -> (name: String, texts: [String])? {
    for (place, title) in titles.enumerated() where names.contains(title) {
      return (table.header[place], table.texts(place, rows: rows))
    }
    return nil
  }

  private static func isNo(_ text: String) -> Bool {
    ["false", "0", "no", "untuned"].contains(text.lowercased())
  }

  /// Rows that cannot stand in one fit.
  var refusal: String? {
    if let units = column("unit", "units", "loss_unit"), Set(units.texts).count > 1,
      // Numbers are hidden units or the like.
      units.texts.contains(where: { Double($0) == nil })
    {
      return
        "The rows are in several units (\(Set(units.texts).sorted().joined(separator: ", "))). "
        + "Convert them, or take one with --where \(units.name)=…."
    }
    if fit.request.inputs.count == 1, let budgets = column("budget", "flops_budget"),
      ![fit.request.x, fit.request.y].contains(budgets.name), fit.cluster != budgets.name,
      holdSizes(budgets.texts)
    {
      return
        "The rows are of several budgets, at each of which the metric has its own minimum over "
        + "\(fit.request.x). Take one with --where \(budgets.name)=…, a bivariate form, or --isoflop "
        + "\(budgets.name)."
    }
    return nil
  }

  /// True where there are several budgets and at one of them several values of x: a single row of each
  /// is a curve like any other.
  private func holdSizes(_ budgets: [String]) -> Bool {
    guard let place = table.header.firstIndex(of: fit.request.x) else { return false }
    let numbers = budgets.compactMap(Double.init)
    let groups =
      numbers.count == budgets.count && numbers.allSatisfy { $0 > 0 && $0.isFinite }
      ? EqualBudgets.numbers(numbers).map(String.init) : budgets
    var sizes: [String: Set<String>] = [:]
    for (group, row) in zip(groups, rows) {
      sizes[group, default: []].insert(table.text(row, place))
    }
    return sizes.count > 1 && sizes.values.contains { $0.count > 1 }
  }

  var warnings: [FitWarning] {
    [checkpoints, seeds, untuned, unannealed].compactMap(\.self)
  }

  private var checkpoints: FitWarning? {
    guard fit.cluster == nil, let runs = column("run", "run_name", "run_id"),
      // Of one run, or of each run by itself, there is nothing to resample by it.
      !fit.request.by.contains(runs.name), Set(runs.texts).count > 1,
      Set(runs.texts).count < runs.texts.count, !numbersReplicates(runs.texts)
    else { return nil }
    return FitWarning(
      .dependentCheckpoints,
      "\(runs.texts.count) rows are checkpoints of \(Set(runs.texts).count) runs and not "
        + "independent. Resample runs with --cluster \(runs.name).")
  }

  /// True for runs that are replicates and no training curves: a model has one size, so rows of one
  /// run that differ in it are no checkpoints; nor are the first, second … row of every place.
  private func numbersReplicates(_ runs: [String]) -> Bool {
    let places = fit.request.inputs.compactMap { table.header.firstIndex(of: $0) }
    guard places.count == fit.request.inputs.count else { return false }
    var sizes: [String: Set<String>] = [:]
    var pairs: Set<[String]> = []
    var visitors: [[String]: Int] = [:]
    for (run, row) in zip(runs, rows) {
      let inputs = places.map { table.text(row, $0) }
      sizes[run, default: []].insert(inputs[0])
      guard pairs.insert([run] + inputs).inserted else { return false }
      visitors[inputs, default: 0] += 1
    }
    if places.count > 1 { return sizes.values.allSatisfy { $0.count > 1 } }
    let isShared = 2 * visitors.values.count { $0 > 1 } >= visitors.count
    let x = fit.request.x.lowercased()
    let isNumbered = Set(runs).allSatisfy { Int($0).map { (0...1000).contains($0) } ?? false }
    return isShared && !Self.progress.contains { x.contains($0) }
      && (isNumbered || Self.sizes.contains { x == $0 || x.hasPrefix("\($0)_") })
  }

  /// Parts of names of what grows while a run trains.
  private static let progress = ["step", "iter", "epoch", "update", "token", "time"]
  /// Names of what a run has one of.
  private static let sizes = [
    "n", "size", "params", "parameters", "width", "depth", "layers", "model", "hidden", "samples",
  ]

  private var seeds: FitWarning? {
    guard let seeds = column("seed"), Set(seeds.texts).count < 3 else { return nil }
    return FitWarning(
      .fewSeeds,
      "The rows have \(counted(Set(seeds.texts).count, "seed")), which says little of how runs differ. "
        + "Add seeds, three at least.")
  }

  private var untuned: FitWarning? {
    guard let tuned = column("tuned", "hparams") else { return nil }
    let isWord = tuned.name.lowercased() == "hparams"
    let flags = Set(tuned.texts.map { isWord ? $0.lowercased() == "tuned" : !Self.isNo($0) })
    guard flags.count > 1 else { return nil }
    return FitWarning(
      .untunedRuns,
      "Tuned and untuned runs stand side by side, which bends the curve. Take one kind with --where "
        + "\(tuned.name)=….")
  }

  private var unannealed: FitWarning? {
    var count = 0
    if let annealed = column("annealed", "cooldown") {
      count = annealed.texts.filter(Self.isNo).count
    } else if let steps = column("step"), let ends = column("total_steps", "max_steps") {
      count =
        zip(steps.texts, ends.texts).filter { step, end in
          guard let step = Double(step), let end = Double(end) else { return false }
          return step < end
        }.count
    }
    guard count > 0 else { return nil }
    return FitWarning(
      .unannealed,
      "\(counted(count, "row")) \(count == 1 ? "is a checkpoint" : "are checkpoints") from before the learning "
        + "rate was annealed; their loss is "
        + "above that of a run of that length. Take finished runs only.")
  }
}
