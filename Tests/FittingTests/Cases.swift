import Fitting
import Foundation
import SweepModel
import Testing

/// The data and the values to reach.
enum Cases {
  /// A table of `Data`, by column names.
  struct Table {
    let header: [String]
    let rows: [[String]]

    func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }

    /// Rows where every one of these columns has this text.
    func rows(where conditions: [String: String]) throws -> [[String]] {
      let tests = try conditions.map { (try column($0.key), $0.value) }
      return rows.filter { row in tests.allSatisfy { row[$0.0] == $0.1 } }
    }

    /// Points of the rows, each its own cluster unless a column says otherwise; rows without y are
    /// left out.
    func points(
      _ inputs: [String], _ y: String, where conditions: [String: String] = [:],
      sigma: String? = nil, cluster: String? = nil, rows chosen: [[String]]? = nil
    ) throws -> [FitPoint] {
      let columns = try inputs.map(column)
      let target = try column(y)
      let deviation = try sigma.map(column)
      let cluster = try cluster.map(column)
      var clusters: [String] = []
      return try (chosen ?? rows(where: conditions)).enumerated().compactMap { index, row in
        guard !row[target].isEmpty else { return nil }
        let values = try columns.map { try #require(Double(row[$0])) }
        let weight = try deviation.map { try #require(Double(row[$0])) }.map { 1 / ($0 * $0) }
        let name = cluster.map { row[$0] } ?? "\(index)"
        if !clusters.contains(name) { clusters.append(name) }
        return FitPoint(
          x: values[0], further: Array(values.dropFirst()), y: try #require(Double(row[target])),
          weight: weight ?? 1, cluster: clusters.firstIndex(of: name) ?? 0)
      }
    }
  }

  private static let folder = Bundle.module.resourcePath.map { $0 + "/Data/" } ?? "Data/"

  /// A CSV file of `Data`, or of another folder.
  static func table(_ name: String, in other: String? = nil) throws -> Table {
    let path = (other.map { $0 + "/" } ?? folder) + name
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map(fields)
    return Table(header: try #require(lines.first), rows: Array(lines.dropFirst()))
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  /// A case of `expected.json`.
  static func expected(_ id: String) throws -> JSON {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "expected.json"))
    let all = JSON(value: try JSONSerialization.jsonObject(with: data))
    return try #require(all["cases"].array.first { $0["id"].value as? String == id })
  }

  /// The 240 points of the published replication.
  static func chinchilla() throws -> [FitPoint] {
    try table("chinchilla_epoch.csv").points(
      ["params", "tokens"], "loss", where: ["outlier5": "0"])
  }

  /// Parameters' values in bits near enough to print: |value − expected| ≤ tolerance · |expected|.
  static func expect(
    _ fit: Fit, _ name: String, _ expected: Double, relative: Double,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let value = fit.parameter(name)?.value ?? .nan
    #expect(
      abs(value - expected) <= relative * abs(expected), "\(name) = \(value), not \(expected)",
      sourceLocation: location)
  }
}

/// A JSON value by path.
struct JSON {
  let value: Any?

  subscript(key: String) -> JSON { JSON(value: (value as? [String: Any])?[key]) }
  var array: [JSON] { (value as? [Any] ?? []).map { JSON(value: $0) } }
  var number: Double { (value as? NSNumber)?.doubleValue ?? .nan }
}
