package import Analysis
import Foundation
package import SweepModel

/// A value as JSON for machines, sorted keys.
package func jsonText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
  let encoder = JSONEncoder()
  // JSON has no such numbers; a text is better than no document.
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// A value as a document of its own: what could steer a terminal is escaped, a line end follows.
package func jsonDocument(_ value: some Encodable) throws -> String {
  TerminalText.escaped(try jsonText(value)) + "\n"
}

/// A parameter's value with its JSON type.
package struct JSONValue: Encodable {
  package let value: Value

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .integer(let number): try container.encode(number)
    case .real(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    }
  }
}

/// Parameters as a JSON object.
package func jsonObject(_ parameters: Parameters) -> [String: JSONValue] {
  Dictionary(
    uniqueKeysWithValues: parameters.entries.map { ($0.name, JSONValue(value: $0.value)) })
}

/// A fit as a JSON value.
package struct JSONFit: Encodable {
  private let document: any Encodable & Sendable

  package init(_ document: any Encodable & Sendable) { self.document = document }

  /// The fits of a report, one for each group.
  package static func all(_ report: FitReport) -> [JSONFit] { report.documents.map(JSONFit.init) }

  package func encode(to encoder: any Encoder) throws { try document.encode(to: encoder) }
}
