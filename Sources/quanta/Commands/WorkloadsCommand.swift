import ArgumentParser
import Basics
import Findings
import SweepModel
import Workloads

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

  func run() throws {
    guard let name else {
      if output.json {
        return try printJSON(WorkloadRegistry.signatures.map(WorkloadDocument.init))
      }
      return showAll()
    }
    guard let signature = WorkloadRegistry.signatures.first(where: { $0.name == name }) else {
      throw CommandError(
        "no workload is called \"\(name)\"",
        remedy: NearestWord.remedy(for: name, in: WorkloadRegistry.signatures.map(\.name)))
    }
    if output.json { return try printJSON(WorkloadDocument(signature)) }
    show(signature)
  }

  private func showAll() {
    var table = TextTable(["WORKLOAD", "SETTINGS", "TRAINS"], numeric: [1])
    for signature in WorkloadRegistry.signatures {
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
    if WorkloadRegistry.catalog.namesOfKeeping.contains(signature.name) {
      Console.print(
        "\nits weights are kept, too, where a sweep file says `keep: weights`, or {weights: 40}")
    }
  }
}
