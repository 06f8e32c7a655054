import ArgumentParser
import Basics
import Fitting
import SweepModel

/// Measures how often the residuals of synthetic sweeps are warned of.
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Measures false alarms and detection of what residuals say against a fit.",
    discussion: """
      Sweeps with nothing wrong, then sweeps with one thing wrong. Prints a table: the share that is \
      warned of at all, the share with a warning of the right kind, and the warnings that there were.

      Examples:
        quanta-lab bench diagnose --sweeps 1000
        quanta-lab bench diagnose --only clean --seed 7
      """)

  @Option(help: "Synthetic sweeps of each kind.")
  var sweeps = 1000
  @Option(help: "The seed of everything.")
  var seed: UInt64 = 1
  @Option(help: "Only kinds whose name holds this.")
  var only = ""

  func validate() throws {
    guard sweeps > 0 else { throw ValidationError("sweeps must be at least 1.") }
  }

  /// What residuals say; the other warnings are of places and columns.
  private static let codes: Set<FitWarning.Code> = [
    .dependentResiduals, .sharedEffect, .mixture, .outlier, .curvature, .reversal, .lackOfFit,
    .betterForm, .offsetIgnored, .finiteQuanta,
  ]

  func run() throws {
    print("| sweeps | warned | rightly | of what |\n|---|---|---|---|")
    var alarms: [FitRequest.Form: (warned: Int, count: Int)] = [:]
    for (number, kind) in (DiagnosisKind.clean + DiagnosisKind.faulty).enumerated()
    where only.isEmpty || kind.name.contains(only) {
      var generator = SplitMix64(seed: seed, stream: UInt64(number))
      var (warned, right, counts) = (0, 0, [String: Int]())
      for _ in 0..<sweeps {
        let (points, context) = kind.sweep(&generator)
        let codes = try Set(
          Fitter.fit(
            points: points, form: kind.scenario.form, uncertainty: .none, context: context
          ).warnings.map(\.code)
        ).intersection(Self.codes)
        if !codes.isEmpty { warned += 1 }
        if !codes.isDisjoint(with: kind.codes) { right += 1 }
        for code in codes { counts[code.rawValue, default: 0] += 1 }
      }
      if kind.codes.isEmpty {
        let sum = alarms[kind.scenario.form] ?? (0, 0)
        alarms[kind.scenario.form] = (sum.warned + warned, sum.count + sweeps)
      }
      let all = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.key) \($0.value)" }
      print(
        "| \(kind.name) | \(share(warned, sweeps)) "
          + "| \(kind.codes.isEmpty ? "" : share(right, sweeps)) | \(all.joined(separator: ", ")) |"
      )
    }
    for (form, sum) in alarms.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      print("| all clean \(form.rawValue) | \(share(sum.warned, sum.count)) | | |")
    }
  }

  private func share(_ part: Int, _ whole: Int) -> String {
    "\((1e4 * Double(part) / Double(whole)).rounded() / 1e4)"
  }
}
