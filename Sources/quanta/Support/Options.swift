import ArgumentParser
import Coordinator
import Foundation
import Store
import SweepFiles
import SweepModel
import Workloads

/// The store of a command.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("store"), help: "The store's folder.", completion: .directory)
  var directory = StoreLayout.defaultDirectory
}

/// `--json` of a command.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON for machines.")
  var json = false
}

/// A SWEEP argument: a sweep file, a preset, or the name of a sweep in the store.
struct SweepArgument {
  let text: String
  let overrides: [String]

  /// The sweep's definition, from file, preset or store, in this order.
  func resolve(store directory: String) throws -> Sweep {
    try SweepDataSets.parse(source(store: directory))
  }

  /// The sweep's text, from file, preset or store, in this order.
  func source(store directory: String) throws -> SweepSource {
    if text.contains("/") || FileManager.default.fileExists(atPath: text) {
      return try SweepFile.read(path: text, overrides: overrides)
    }
    if let preset = Presets.all.first(where: { $0.name == text }) {
      return SweepSource(origin: text, text: preset.text, overrides: overrides)
    }
    return try stored(in: directory)
  }

  /// The definition that the store remembers.
  func stored(_ reader: StoreReader) throws -> Sweep {
    try SweepDataSets.parse(reader.sweep(named: text).source)
  }

  private func stored(in directory: String) throws -> SweepSource {
    let known = (try? StoreReader.open(at: directory).sweeps()) ?? []
    if let found = known.last(where: { $0.name == text }) ?? (text == "last" ? known.last : nil) {
      return SweepSource(
        origin: found.source.origin, text: found.source.text,
        overrides: found.source.overrides + overrides, images: found.source.images)
    }
    if text.hasSuffix(".yaml") || text.hasSuffix(".yml") {
      return try SweepFile.read(path: text, overrides: overrides)
    }
    let names = Presets.all.map(\.name) + known.map(\.name)
    let nearest = NearestWord.remedy(for: text, in: names)
    throw CommandError("no file, preset or stored sweep is called \"\(text)\"", remedy: nearest)
  }

  /// The sweep's name for commands that read the store only.
  static func name(_ text: String, in reader: StoreReader) throws -> String {
    let known = try reader.sweeps().map(\.name)
    if known.contains(text) { return text }
    if text == "last", let last = known.last { return last }
    if FileManager.default.fileExists(atPath: text) {
      let name = try SweepFile.name(of: SweepFile.read(path: text))
      if known.contains(name) { return name }
      throw CommandError(
        "the sweep \"\(name)\" of \(text) is not in the store \(reader.layout.directory)",
        remedy: "`quanta run \(text)` runs it")
    }
    throw CommandError(
      "the store \(reader.layout.directory) has no sweep \"\(text)\"",
      remedy: known.isEmpty
        ? "it holds none yet" : NearestWord.remedy(for: text, in: known))
  }
}

/// The signatures of every workload.
let allSignatures = WorkloadRegistry.signatures

/// The signature of a workload that a parsed sweep names.
func signature(of sweep: Sweep) throws -> WorkloadSignature {
  try workload(of: sweep).signature
}

/// The workload that a parsed sweep names.
func workload(of sweep: Sweep) throws -> any Workload.Type {
  guard let found = WorkloadRegistry.workload(named: sweep.workload) else {
    throw CommandError("unknown workload \(sweep.workload)")
  }
  return found
}

/// The status of the coordinator that runs on a store; nil when none does.
func liveStatus(_ reader: StoreReader) -> RunStatus? {
  let live = LiveFile(reader.layout)
  guard live.isCoordinatorAlive, let bytes = (try? live.read()) ?? nil else { return nil }
  return try? JSONDecoder().decode(RunStatus.self, from: Data(bytes))
}
