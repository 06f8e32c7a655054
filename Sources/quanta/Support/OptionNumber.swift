import ArgumentParser
import Basics
import SweepModel
import Tables

/// Numbers of the command line as tables have them: `1e9`, `7B`, `70M`, `−0.5`.
enum OptionNumber {
  /// Any finite number.
  @Sendable static func finite(_ text: String) throws -> Double {
    guard let number = Table.number(text) else {
      throw ValidationError("\"\(printable(text))\" is no number; write it as 0.5, 1e9 or 7B")
    }
    guard number.isFinite else {
      throw ValidationError(
        "\"\(printable(text))\" is not finite; write a number such as 1e9 or 7B")
    }
    return number
  }

  /// A finite number above 0.
  @Sendable static func positive(_ text: String) throws -> Double {
    let number = try finite(text)
    guard number > 0 else {
      throw ValidationError("\"\(printable(text))\" must be above 0")
    }
    return number
  }
}
