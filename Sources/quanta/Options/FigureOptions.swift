import Analysis
import ArgumentParser
import Findings
import Foundation

/// What commands that draw a sweep's fits have in common.
struct DrawingOptions: ParsableArguments {
  @Flag(name: .long, help: "Accept the grid's holes: call its result an exponent all the same.")
  var allowIncomplete = false
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "Draw the fits out to a place, such as parameters=1e9 (repeatable); see `quanta predict`.",
      valueName: "place"), transform: AskedPlace.init(option:))
  var places: [AskedPlace] = []
}

extension FigureFile.Format: ExpressibleByArgument {}

/// The width of a figure: `3.3in`, `84mm`, `8.4cm`, `240pt`.
struct FigureWidth: ExpressibleByArgument {
  let inches: Double

  private static let units = ["in": 1.0, "mm": 1 / 25.4, "cm": 1 / 2.54, "pt": 1.0 / 72]
  /// What has room for two axes and fits a poster.
  private static let range = 1.5...60.0

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.key) }),
      let number = Double(argument.dropLast(unit.key.count).trimmingCharacters(in: .whitespaces)),
      Self.range.contains(number * unit.value)
    else { return nil }
    inches = number * unit.value
  }
}
