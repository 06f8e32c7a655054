import Analysis
import ArgumentParser
import SweepFiles
import Workloads

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of sweep or cluster files, or of the JSON of fits.",
    discussion: """
      Editors check a file against it while it is written. --fit is the schema of what `quanta fit`, \
      `predict`, `compute-optimal`, `optimum` and `downstream` print with --json, `export --what \
      fits` as json, and of each line of `fit --by … --output FILE.jsonl`.

      Examples:
        quanta schema > sweep.schema.json
        quanta schema cluster > cluster.schema.json
        quanta schema --fit > fit.schema.json
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case sweep
    case cluster
  }

  @Argument(help: "The kind of file; sweep if absent.")
  var kind: Kind?
  @Flag(name: .long, help: "The schema of what is printed about fits as JSON.")
  var fit = false

  func validate() throws {
    if fit, let kind {
      throw ValidationError("--fit and \(kind.rawValue) are two schemas; ask for one at a time")
    }
  }

  func run() {
    if fit { return Console.print(FitSchema.text) }
    switch kind ?? .sweep {
    case .sweep: Console.print(Schema.sweep(workloads: WorkloadRegistry.signatures))
    case .cluster: Console.print(Schema.cluster())
    }
  }
}
