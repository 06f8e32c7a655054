import ArgumentParser
import Basics
import SweepModel

struct WorkloadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workloads",
    abstract: "Lists what jobs can train; of one workload, its settings and what it records.",
    discussion: """
      A sweep file names one of them under `workload:`. Settings stand under `settings:` where they \
      are the same for every job, or under `grid:` where they vary; one without a default must be \
      given. What is recorded are names for `fits:`, `quanta jobs --where` and `quanta export`.

      Examples:
        quanta workloads
        quanta workloads sparse-parity
        quanta workloads sparse-parity --json
      """)

  @Argument(help: "A workload; all of them when left out.", completion: .workloads)
  var name: String?
  @OptionGroup var output: OutputOptions

  private struct Document: Encodable {
    struct Setting: Encodable {
      let name: String
      let type: String
      let values: String
      let `default`: JSONValue?
      let summary: String
      let decidesResult: Bool
    }
    struct Metric: Encodable {
      let name: String
      let kind: String
      let summary: String
    }
    let name: String
    let summary: String
    let lossUnit: String?
    let settings: [Setting]
    let metrics: [Metric]
  }

  func run() throws {
    guard let name else {
      if output.json { return try printJSON(allSignatures.map(document)) }
      return showAll()
    }
    guard let signature = allSignatures.first(where: { $0.name == name }) else {
      throw CommandError(
        "no workload is called \"\(name)\"",
        remedy: NearestWord.remedy(for: name, in: allSignatures.map(\.name)))
    }
    if output.json { return try printJSON(document(signature)) }
    show(signature)
  }

  private func showAll() {
    var table = TextTable(["WORKLOAD", "SETTINGS", "TRAINS"], numeric: [1])
    for signature in allSignatures {
      table.add([signature.name, "\(signature.parameters.count)", signature.summary])
    }
    Console.print(table)
    Console.print("\n`quanta workloads NAME` shows the settings of one and what it records")
  }

  private func show(_ signature: WorkloadSignature) {
    let unit = signature.lossUnit.map { "; losses in \($0)" } ?? ""
    Console.print("\(signature.name): \(signature.summary)\(unit)\n")
    var settings = TextTable(["SETTING", "VALUES", "DEFAULT", "MEANING"])
    for spec in signature.parameters {
      settings.add([
        spec.name, spec.kind.values, spec.defaultValue?.description ?? "must be given",
        spec.summary,
      ])
    }
    Console.print(settings)
    guard !signature.metrics.isEmpty else { return }
    var metrics = TextTable(["RECORDED", "KIND", "MEANING"])
    for metric in signature.metrics {
      metrics.add([metric.name, metric.kind.rawValue, metric.summary])
    }
    Console.print("")
    Console.print(metrics)
  }

  private func document(_ signature: WorkloadSignature) -> Document {
    Document(
      name: signature.name, summary: signature.summary, lossUnit: signature.lossUnit,
      settings: signature.parameters.map { spec in
        Document.Setting(
          name: spec.name, type: spec.kind.type, values: spec.kind.values,
          default: spec.defaultValue.map(JSONValue.init), summary: spec.summary,
          decidesResult: spec.decidesResult)
      },
      metrics: signature.metrics.map {
        Document.Metric(name: $0.name, kind: $0.kind.rawValue, summary: $0.summary)
      })
  }
}

extension ParameterSpec.Kind {
  /// The type's name in JSON.
  fileprivate var type: String {
    switch self {
    case .integer: "integer"
    case .real: "real"
    case .choice: "choice"
    case .flag: "flag"
    case .images: "images"
    }
  }

  /// What may be given, for people: `1 to 64`, `above 0`, `relu, tanh`.
  fileprivate var values: String {
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
    case .images: "a name or a folder"
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
