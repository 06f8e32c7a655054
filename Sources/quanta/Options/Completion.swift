import ArgumentParser
import Foundation
import Operations
import Store
import SweepFiles
import SweepModel
import Workloads

/// What a shell offers at the cursor: `quanta` itself is asked, so that what is stored and what lies
/// in the folder is known at that moment. Nothing that goes wrong is shown; then nothing is offered.
extension CompletionKind {
  /// A SWEEP: sweep files, presets, and sweeps in the store.
  static var sweeps: CompletionKind {
    custom { words, _, prefix in
      CommandWords(words).sweeps() + Presets.all.map(\.name)
        + CommandWords.files(prefix, ["yaml", "yml"])
    }
  }

  /// A sweep that the store holds, or its file.
  static var storedSweeps: CompletionKind {
    custom { words, _, prefix in
      CommandWords(words).sweeps() + ["last"] + CommandWords.files(prefix, ["yaml", "yml"])
    }
  }

  /// What `quanta fit` takes: a stored sweep or a table.
  static var sweepsAndTables: CompletionKind {
    custom { words, _, prefix in
      CommandWords(words).sweeps() + ["last"]
        + CommandWords.files(
          prefix, ["yaml", "yml", "csv", "tsv", "txt", "dat", "jsonl", "npy", "npz", "gz"])
    }
  }

  /// Keys of jobs, and `all`.
  static var jobs: CompletionKind {
    custom { words, _, _ in ["all"] + CommandWords(words).jobs() }
  }

  /// Presets.
  static var presets: CompletionKind { .list(Presets.all.map(\.name)) }

  /// Workloads.
  static var workloads: CompletionKind { .list(WorkloadRegistry.signatures.map(\.name)) }

  /// Groups and hosts of the cluster file on the command line.
  static var hosts: CompletionKind {
    custom { words, _, prefix in CommandWords(words).hosts(after: prefix) }
  }
}

/// The words of a command line that is being typed.
struct CommandWords {
  private let words: [String]

  init(_ words: [String]) {
    // Shells hand words over as they were typed.
    self.words = words.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"'")) }
  }

  /// The value of an option; nil where it is not given.
  func value(of option: String) -> String? {
    CommandMention.values(of: option, in: words).last
  }

  private var reader: StoreReader? {
    try? StoreReader.open(at: value(of: "--store") ?? StoreOptions.usual)
  }

  /// The sweeps of the store.
  func sweeps() -> [String] {
    (try? reader?.sweeps().map(\.name)) ?? []
  }

  /// The keys of the first hundred jobs of the sweep that is meant.
  func jobs() -> [String] {
    guard let reader,
      let name = try? SweepArgument.name(value(of: "--sweep") ?? "last", in: reader),
      let jobs = try? reader.jobs(of: name, limit: 100)
    else { return [] }
    return jobs.map(\.job.key.short)
  }

  /// Groups and hosts that can follow the commas of what was typed.
  func hosts(after prefix: String) -> [String] {
    guard let path = value(of: "--cluster"), let cluster = try? ClusterFile.read(path: path) else {
      return []
    }
    let head = prefix.lastIndex(of: ",").map { String(prefix[...$0]) } ?? ""
    return (cluster.groups.map(\.name) + cluster.hosts.map(\.name) + cluster.pools.map(\.name)).map
    { head + $0 }
  }

  /// Files with these endings and folders beside what was typed so far.
  static func files(_ prefix: String, _ endings: [String]) -> [String] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let start = slash.map { String(prefix[$0...].dropFirst()) } ?? prefix
    let place = StoreOptions.path(folder)
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: place.isEmpty ? "." : place)) ?? []
    return names.sorted().compactMap { name in
      guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") else { return nil }
      var isFolder: ObjCBool = false
      _ = files.fileExists(atPath: place + name, isDirectory: &isFolder)
      if isFolder.boolValue { return folder + name + "/" }
      return endings.contains { name.lowercased().hasSuffix("." + $0) } ? folder + name : nil
    }
  }
}
