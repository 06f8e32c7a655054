package import SweepModel

/// Jobs page by page: one table whose columns are as wide as the first page asks, or one
/// JSON array.
package struct JobPages {
  package let axes: [String]
  package let isJSON: Bool
  /// Further columns of the table, before the state.
  package private(set) var fields: [JobField]
  /// What the fits of the sweep are of.
  private let asked: [String]
  private var table: TextTable?
  /// The number in the column behind the tries, as the first page has it.
  private var main: String?
  private var pages = 0
  private var hasRows = false

  private struct Row: Encodable {
    let index: Int
    let key: String
    let state: String
    let reason: String
    let quarantine: String?
    let attempts: Int
    let parameters: [String: JSONValue]
    let scalars: [String: Double]
  }

  package init(
    axes: [String], isJSON: Bool, asked: [String] = [], fields: [JobField] = []
  ) {
    self.asked = asked
    self.axes = axes
    self.isJSON = isJSON
    self.fields = fields
  }

  private func emptyTable() -> TextTable {
    let count = axes.count + fields.count
    return TextTable(
      ["JOB", "#"] + axes + fields.map(\.name)
        + ["STATE", "TRIES", MainScalar.title(main), "REASON"],
      numeric: Set(1...count + 1).union([count + 3, count + 4]))
  }

  /// The names of what the table shows anyway.
  package static func columns(_ axes: [String]) -> [String] {
    axes + JobField.facts + ["#", "index", "key", "tries", "loss", "loss.final"]
  }

  /// A page as text, for a terminal of `width` columns; nil where it adds nothing.
  package mutating func text(_ jobs: [JobRecord], width: Int?) throws -> String? {
    defer { pages += 1 }
    guard !isJSON else {
      let rows = try jobs.map { try jsonText(row($0)) }
      defer { hasRows = hasRows || !rows.isEmpty }
      return rows.isEmpty ? nil : (hasRows ? ",\n" : "[\n") + rows.joined(separator: ",\n")
    }
    if table == nil {
      let names = jobs.first { !$0.scalars.isEmpty }?.scalars.map(\.name) ?? []
      main = MainScalar.name(
        among: names.isEmpty ? asked + [MainScalar.usual] : names, asked: asked)
      // It is there as the number that is looked at first.
      fields.removeAll { $0.name == main }
      table = emptyTable()
    }
    let rows = jobs.map(cells)
    for row in rows { table?.add(row) }
    return pages == 0 || !jobs.isEmpty ? table?.takeText(width: width) : nil
  }

  /// What follows the last page; nil for a table.
  package var ending: String? { isJSON ? (hasRows ? "\n]" : "[]") : nil }

  private func cells(_ job: JobRecord) -> [String] {
    let loss = main.flatMap(job.number).map { formatted($0) } ?? ""
    return [job.job.key.short, "\(job.index)"]
      + axes.map { job.job.parameters[$0].map(Self.text) ?? "" }
      + fields.map { $0.value(of: job)?.description ?? "" }
      + [
        job.quarantine == nil ? job.state.word : "quarantined", "\(job.attempts)", loss,
        job.quarantine ?? job.reason,
      ]
  }

  private static func text(_ value: Value) -> String {
    guard case .text(let name) = value, let set = DataSet(name: name) else { return "\(value)" }
    return set.label
  }

  private func formatted(_ value: Double) -> String {
    String((value * 1e5).rounded() / 1e5)
  }

  private func row(_ job: JobRecord) -> Row {
    Row(
      index: job.index, key: job.job.key.hex, state: job.state.word, reason: job.reason,
      quarantine: job.quarantine, attempts: job.attempts,
      parameters: jsonObject(job.job.parameters),
      scalars: Dictionary(job.scalars.map { ($0.name, $0.value) }) { $1 })
  }
}
