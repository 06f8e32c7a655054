import Basics
import SweepModel
import Workloads

/// What is odd about how a sweep hands its parameters to programs.
enum UnusedParameters {
  /// A sentence where parameters stand in no word of the command; nil elsewhere.
  static func note(_ parameters: Parameters) -> String? {
    guard case .text(let text)? = parameters[CommandSpec.parameter],
      let spec = CommandSpec(text: text)
    else { return nil }
    let own = parameters.entries.map(\.name).filter { !CommandSpec.reserved.contains($0) }
    let names = spec.unused(among: own)
    guard !names.isEmpty else { return nil }
    let list = names.prefix(5).map { "{\(printable($0))}" }.joined(separator: ", ")
    return
      "\(list) \(names.count == 1 ? "stands" : "stand") in no word of the command: the program learns of "
      + "\(names.count == 1 ? "it" : "them") from $QUANTA_PARAMS alone"
      + (names.contains("seed") ? " (and of the seed from $QUANTA_SEED)" : "")
  }
}
