/// The number of a result that a person looks at first.
package enum MainScalar {
  /// What most workloads record.
  static let usual = "loss.final"

  /// Its name: what a fit of the sweep is of, the final loss, another one called so, or else the first
  /// recorded; nil where results hold none.
  ///
  /// - Parameters:
  ///   - names: What results hold, in their order.
  ///   - asked: What the fits of the sweep are of.
  package static func name(among names: [String], asked: [String] = []) -> String? {
    if let asked = asked.first(where: names.contains) { return asked }
    if names.contains(usual) { return usual }
    let losses = names.filter { $0.hasSuffix(".final") && $0.lowercased().contains("loss") }
    return losses.first ?? names.first
  }

  /// The title of its column.
  static func title(_ name: String?) -> String {
    name.map { $0 == usual ? "LOSS" : $0 } ?? "LOSS"
  }
}
