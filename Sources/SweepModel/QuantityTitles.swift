/// Titles of axes, with symbol and unit.
public struct QuantityTitles: Sendable, Hashable {
  private var titles = [
    "parameters": "Parameters N", "samples": "Training samples D", "step": "Optimiser step S",
    "steps": "Optimiser step S",
  ]

  /// Titles of what every sweep has, and of a workload's parameters and metrics.
  public init(_ signature: WorkloadSignature? = nil) {
    for parameter in signature?.parameters ?? [] { add(parameter.title, for: parameter.name) }
    for metric in signature?.metrics ?? [] {
      let unit = metric.unit.map { " (\($0))" } ?? ""
      add((metric.title ?? metric.name) + unit, for: metric.name)
    }
  }

  private mutating func add(_ title: String?, for name: String) {
    if titles[name] == nil { titles[name] = title }
  }

  /// The title of a name; one that nobody knows stands for itself.
  public func of(_ name: String) -> String { titles[name] ?? name }
}
