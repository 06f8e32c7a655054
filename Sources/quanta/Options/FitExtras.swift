import ArgumentParser
import Findings
import SweepModel

/// What `quanta fit` does beside one form's parameters.
struct FitExtras: ParsableArguments {
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
    help: "Training FLOP for which optimal sizes are derived (repeatable); 5.76e23 if absent.",
    transform: OptionNumber.positive)
  var flops: [Double] = []

  func validate() throws {
    if let isoflop, isoflop.isEmpty { throw ValidationError("--isoflop needs a column's name") }
  }

  /// As far as they say how to fit; --isoflop names a mode.
  var given: [FitOptions.Given] {
    let forms: Set<FitMode> = [.table, .sweep, .sweepFile]
    return [
      FitOptions.Given(name: "--profile", isGiven: profile, modes: forms),
      FitOptions.Given(name: "--compare", isGiven: compare, modes: forms),
      FitOptions.Given(name: "--flops", isGiven: !flops.isEmpty, modes: Set(FitMode.allCases)),
    ]
  }

  /// Refuses budgets of a form that has no optimal sizes.
  func check(_ form: FitRequest.Form) throws {
    guard !flops.isEmpty, !form.hasFrontier else { return }
    throw CommandError(
      "--flops goes with --form chinchilla or chinchilla-tied, or with --isoflop, whose optimal sizes "
        + "it asks for", remedy: "leave it out")
  }
}
