import ArgumentParser

/// Held-out samples of networks that are looked at one by one, and how they are printed.
struct HeldOutOptions: ParsableArguments {
  @Option(name: .long, help: "Held-out samples that are looked at.")
  var samples = 1000
  @Flag(name: .long, help: "Leave the control bits' columns, which tell the subtask, out.")
  var withoutControls = false
  @Flag(name: .long, help: "Print CSV: one row for each thing that is looked at.")
  var csv = false

  func validate() throws {
    guard (1...100_000).contains(samples) else {
      throw ValidationError("--samples must be from 1 to 100000")
    }
  }

  /// Refuses two forms at once.
  func check(beside printing: OutputOptions) throws {
    if csv, printing.json { throw ValidationError("--csv and --json exclude each other") }
  }
}
