package import SweepModel

/// What a workload can be asked and what it records, as `quanta workloads --json` says it.
package struct WorkloadDocument: Encodable {
  private struct Setting: Encodable {
    let name: String
    let type: String
    let values: String
    let `default`: JSONValue?
    let summary: String
    let decidesResult: Bool
  }
  private struct Metric: Encodable {
    let name: String
    let kind: String
    let summary: String
  }
  private let name: String
  private let summary: String
  private let lossUnit: String?
  private let settings: [Setting]
  private let metrics: [Metric]

  package init(_ signature: WorkloadSignature) {
    name = signature.name
    summary = signature.summary
    lossUnit = signature.lossUnit
    settings = signature.parameters.map { spec in
      Setting(
        name: spec.name, type: spec.kind.type, values: spec.kind.values,
        default: spec.defaultValue.map(JSONValue.init), summary: spec.summary,
        decidesResult: spec.decidesResult)
    }
    metrics = signature.metrics.map {
      Metric(name: $0.name, kind: $0.kind.rawValue, summary: $0.summary)
    }
  }
}

extension ParameterSpec.Kind {
  /// The type's name in JSON.
  fileprivate var type: String {
    switch self {
    case .integer: "integer"
    case .real: "real"
    case .choice: "choice"
    case .text: "text"
    case .flag: "flag"
    case .data(let kind): kind.rawValue
    }
  }

  /// What may be given, for people: `1 to 64`, `above 0`, `relu, tanh`.
  package var values: String {
    switch self {
    case .integer(let range):
      Self.text(
        low: range.lowerBound == .min ? nil : describe(range.lowerBound),
        high: range.upperBound == .max ? nil : describe(range.upperBound), isOpenBelow: false)
        ?? "whole"
    case .real(let range, let isOpenBelow):
      Self.text(
        low: range.lowerBound > -Double.greatestFiniteMagnitude ? describe(range.lowerBound) : nil,
        high: range.upperBound < Double.greatestFiniteMagnitude ? describe(range.upperBound) : nil,
        isOpenBelow: isOpenBelow) ?? "real"
    case .choice(let words): words.joined(separator: ", ")
    case .flag: "true, false"
    case .text: "any text"
    case .data(.images): "a name or a folder"
    case .data(.weights): "a path or SWEEP/JOB"
    case .data: "a name or a path"
    }
  }

  private func describe(_ number: Int) -> String {
    number >= 10_000 ? describeCount(number) : "\(number)"
  }

  private func describe(_ number: Double) -> String {
    Int(exactly: number).map(describe) ?? "\(number)"
  }

  private static func text(low: String?, high: String?, isOpenBelow: Bool) -> String? {
    switch (low, high) {
    case (let low?, let high?): isOpenBelow ? "above \(low), to \(high)" : "\(low) to \(high)"
    case (let low?, nil): isOpenBelow ? "above \(low)" : "from \(low)"
    case (nil, let high?): "to \(high)"
    case (nil, nil): nil
    }
  }
}
