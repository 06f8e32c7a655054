import ArgumentParser
import Findings
import Foundation

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
