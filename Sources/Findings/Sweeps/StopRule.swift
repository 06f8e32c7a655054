import Basics
import Fitting
package import SweepModel

/// `ci95(alpha_N) < 0.02`: the width of a fit's 95 % interval at which a run may end.
package struct StopRule: Hashable, Sendable {
  /// The fit's name in the sweep file.
  package let fit: String
  /// A parameter of its form; nil for the first exponent.
  package let parameter: String?
  /// The width, upper end less lower end.
  package let width: Double

  /// Reads `ci95(FIT) < WIDTH` or `ci95(FIT.PARAMETER) < WIDTH`; spaces do not matter, `<=` is
  /// allowed. Throws what is wrong with it.
  package init(parsing argument: String) throws {
    let text = argument.filter { !$0.isWhitespace }
    guard let match = text.wholeMatch(of: /ci95\(([^()]+)\)<=?([^<=]+)/) else {
      throw CommandError(
        "a rule is the width of a fit's 95 % interval, such as --until \"ci95(alpha_N) < 0.02\"")
    }
    guard let width = Double(match.2), width > 0, width.isFinite else {
      throw CommandError("the width \"\(match.2)\" must be a number above 0")
    }
    var names = match.1.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    parameter = names.count > 1 ? names.removeLast() : nil
    fit = names.joined(separator: ".")
    self.width = width
  }

  /// The sweep's fit that the rule speaks of.
  package func request(among fits: [FitRequest]) throws -> FitRequest {
    let names = fits.map(\.name)
    guard let found = fits.first(where: { $0.name == fit }) else {
      throw CommandError(
        "the sweep has no fit called \"\(fit)\"",
        remedy: names.isEmpty
          ? "add one under `fits:`" : NearestWord.remedy(for: fit, in: names))
    }
    if let parameter {
      let known = found.form.parameters.map(\.name).filter { found.held[$0] == nil }
      guard known.contains(parameter) else {
        throw CommandError(
          "the fit \(fit) has no free parameter \"\(parameter)\"",
          remedy: NearestWord.remedy(for: parameter, in: known))
      }
    }
    return found
  }

  /// As the command line takes it.
  package var text: String {
    "ci95(\([fit, parameter].compactMap(\.self).joined(separator: "."))) < \(width)"
  }
}
