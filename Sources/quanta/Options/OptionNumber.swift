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

/// Whole numbers of an option: `15,18,21`, or `15,18,…,39` in even steps, each once.
struct NumberList: ExpressibleByArgument {
  /// The numbers in the order given.
  let numbers: [Int]

  init(numbers: [Int]) { self.numbers = numbers }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    var numbers: [Int] = []
    var isGap = false
    for word in words {
      if word == "…" || word == "..." {
        // Two numbers before and one after say how to go on.
        guard !isGap, numbers.count > 1 else { return nil }
        isGap = true
      } else {
        guard let number = Int(word) else { return nil }
        if isGap {
          let (last, before) = (numbers[numbers.count - 1], numbers[numbers.count - 2])
          let step = last - before
          guard step != 0, (number - last) % step == 0,
            (1..<100_000).contains((number - last) / step)
          else { return nil }
          numbers += stride(from: last + step, to: number, by: step)
        }
        numbers.append(number)
        isGap = false
      }
    }
    guard !isGap, Set(numbers).count == numbers.count else { return nil }
    self.numbers = numbers
  }

  var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
}
