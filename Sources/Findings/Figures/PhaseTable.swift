package import Analysis
import Basics
import Reports
import SweepModel

/// Phase maps as text: a map of letters, a row a point, what is missing.
package enum PhaseTable {
  package static func text(_ map: PhaseMap) -> String {
    let counts = Phase.allCases.map { "\($0.letter) \($0.rawValue) \(map.count(of: $0))" }
    var parts = [
      ([map.title, map.completeness.summary].filter { !$0.isEmpty } + [map.rulesText])
        .joined(separator: "; ")
    ]
    if let y = map.y { parts.append(letters(map, y)) }
    parts.append(counts.joined(separator: ", "))
    parts.append(points(map))
    let missing = map.completeness.missing.map { "  \($0.label): \($0.reason)" }
    if !missing.isEmpty { parts.append((["missing:"] + missing).joined(separator: "\n")) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// y upwards, x to the right, a dot where nothing is known.
  private static func letters(_ map: PhaseMap, _ y: String) -> String {
    let xs = Set(map.cells.map(\.x)).sorted()
    let rows = Dictionary(grouping: map.cells) { $0.y ?? 0 }
    var table = TextTable(
      ["\(y) \\ \(map.x)"] + xs.map(number), numeric: Set(0...xs.count))
    for place in rows.keys.sorted(by: >) {
      let cells = Dictionary((rows[place] ?? []).map { ($0.x, $0) }, uniquingKeysWith: { $1 })
      table.add([number(place)] + xs.map { cells[$0].map { $0.phase?.letter ?? "." } ?? "" })
    }
    return table.text
  }

  private static func points(_ map: PhaseMap) -> String {
    let axes = [map.x] + [map.y].compactMap(\.self)
    var table = TextTable(
      axes + ["phase", "runs", "train", "test", "delay"],
      numeric: Set(axes.indices).union((axes.count + 1)...(axes.count + 4)))
    for cell in map.cells {
      let expected = cell.runs.count + cell.missing.count
      let count = cell.phase.map { cell.count(of: $0) } ?? 0
      table.add(
        ([cell.x] + [cell.y].compactMap(\.self)).map(number) + [
          cell.phase?.rawValue ?? "no result", "\(count)/\(expected)",
        ] + [cell.train, cell.test, cell.delay].map { $0?.description ?? "–" })
    }
    return table.text
  }

  private static func number(_ value: Double) -> String { ShortNumber.text(value) }

  /// A header and one row a point of every map, for CSV.
  package static func cells(_ maps: [PhaseMap]) -> [[String]] {
    guard let first = maps.first else { return [] }
    let axes = first.slice.map(\.name) + [first.x] + [first.y].compactMap(\.self)
    let steps = ["train", "test", "delay"].flatMap { [$0, "\($0)_reached"] }
    let header = axes + ["phase", "share", "runs", "missing"] + steps
    return [header]
      + maps.flatMap { map in
        map.cells.map { cell in
          let place =
            map.slice.map(\.value) + ([cell.x] + [cell.y].compactMap(\.self)).map { "\($0)" }
          let phase = [
            cell.phase?.rawValue ?? "", "\(cell.share)", "\(cell.runs.count)",
            "\(cell.missing.count)",
          ]
          let found = [cell.train, cell.test, cell.delay].flatMap { step in
            step.map { ["\($0.step)", $0.reached ? "1" : "0"] } ?? ["", ""]
          }
          return place + phase + found
        }
      }
  }
}
