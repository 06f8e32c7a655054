import ArgumentParser
import SweepFiles

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of sweep or cluster files.",
    discussion: """
      Editors check a file against it while it is written.

      Examples:
        quanta schema > sweep.schema.json
        quanta schema cluster > cluster.schema.json
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case sweep
    case cluster
  }

  @Argument(help: "The kind of file.")
  var kind: Kind = .sweep

  func run() {
    switch kind {
    case .sweep: Console.print(Schema.sweep(workloads: allSignatures))
    case .cluster: Console.print(Schema.cluster())
    }
  }
}
