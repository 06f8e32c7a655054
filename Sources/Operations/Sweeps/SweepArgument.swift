import Basics
import Findings
import Foundation
package import Store
package import SweepFiles
package import SweepModel

/// A SWEEP argument: a sweep file, a preset, or the name of a sweep in the store.
package struct SweepArgument {
  private let text: String
  private let overrides: [String]
  private let additions: [String]
  /// A sweep file that was made of a command line; ``text`` says of what.
  private let made: String?

  /// - Parameters:
  ///   - overrides: What `--set` was given.
  ///   - additions: What `--add` was given.
  package init(text: String, overrides: [String] = [], additions: [String] = []) {
    self.text = text
    self.overrides = overrides
    self.additions = additions
    made = nil
  }

  /// A sweep file that lies nowhere.
  package init(made text: String, name: String, overrides: [String], additions: [String]) {
    self.text = name
    self.overrides = overrides
    self.additions = additions
    made = text
  }

  /// The sweep's definition, from file, preset or store, in this order.
  package func resolve(store directory: String) throws -> Sweep {
    try parse(source(store: directory), store: directory)
  }

  /// Parses its text: leniently where that comes from the store.
  package func parse(_ source: SweepSource, store directory: String) throws -> Sweep {
    try SweepDataSets.parse(source, store: directory, isStored: isStored)
  }

  /// As ``parse(_:store:)``, but makes no job yet.
  package func outline(_ source: SweepSource, store directory: String) throws -> SweepOutline {
    try SweepDataSets.outline(source, store: directory, isStored: isStored)
  }

  /// The sweep's text, from file, preset or store, in this order. What `--add` extends is the sweep
  /// as the store has it: overrides that it was run with stay. What was added to it before stays in
  /// any case.
  package func source(store directory: String) throws -> SweepSource {
    try SweepFile.check(overrides: overrides)
    if let made {
      return try extending(
        SweepSource(origin: text, text: made, overrides: overrides), in: directory)
    }
    if isFile {
      return try extending(SweepFile.read(path: text, overrides: overrides), in: directory)
    }
    if let preset {
      return try extending(
        SweepSource(origin: text, text: preset.text, overrides: overrides), in: directory)
    }
    return try stored(in: directory)
  }

  /// The definition that the store remembers.
  package func stored(_ reader: StoreReader) throws -> Sweep {
    try SweepDataSets.parse(reader.sweep(named: text).source, isStored: true)
  }

  /// Refuses a name that a sweep must not be given.
  package static func check(name: String, workload: String) throws {
    guard let problem = SweepFile.problem(ofName: name, for: workload) else { return }
    throw CommandError(
      "a sweep's name \(problem)" + (problem.contains("found") ? "" : ", found \"\(name)\""))
  }

  private var isStored: Bool { made == nil && !isFile && preset == nil }

  private var isFile: Bool { text.contains("/") || SweepFile.existing(text) != nil }

  private var preset: Preset? { Presets.all.first { $0.name == text } }

  private var added: [String] { additions.map { "\(SweepSource.additionMark)\($0)" } }

  private func extending(_ source: SweepSource, in directory: String) throws -> SweepSource {
    let name = try SweepDataSets.name(of: source)
    var known = (try? StoreReader.open(at: directory).sweep(named: name).source.overrides) ?? []
    if additions.isEmpty { known.removeAll { $0.first != SweepSource.additionMark } }
    return SweepSource(
      origin: source.origin, text: source.text, overrides: known + source.overrides + added,
      data: source.data)
  }

  private func stored(in directory: String) throws -> SweepSource {
    let known = (try? StoreReader.open(at: directory).sweeps()) ?? []
    if let found = known.last(where: { $0.name == text }) ?? (text == "last" ? known.last : nil) {
      if let name = try SweepFile.name(in: overrides) {
        try SweepArgument.check(name: name, workload: found.workload)
      }
      return SweepSource(
        origin: found.source.origin, text: found.source.text,
        overrides: found.source.overrides + overrides + added, data: found.source.data)
    }
    if text.hasSuffix(".yaml") || text.hasSuffix(".yml") {
      return try SweepFile.read(path: text, overrides: overrides)
    }
    let names = Presets.all.map(\.name) + known.map(\.name)
    guard text != "last" else {
      throw CommandError("there is no last sweep", remedy: Self.emptyStore)
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: text, isDirectory: &isFolder)
    throw CommandError(
      exists && isFolder.boolValue
        ? "\(text) is a folder, and no preset or stored sweep has its name"
        : "no file, preset or stored sweep is called \"\(text)\"",
      remedy: NearestWord.remedy(for: text, in: names))
  }

  /// The stored sweep that a command is about. Named by its file, it asks for the fits that the file
  /// asks for now.
  ///
  /// - Parameter note: Takes what file and store differ in, a sentence each.
  package static func record(
    _ text: String, in reader: StoreReader, note: (String) -> Void
  ) throws -> SweepRecord {
    let record = try reader.sweep(named: name(text, in: reader))
    guard text != record.name, let file = SweepFile.existing(text) else { return record }
    let difference = try FileDifference(file: file, record: record, reader: reader)
    difference.notes.forEach(note)
    return record.asking(for: difference.fits)
  }

  /// The sweep's name for commands that read the store only.
  package static func name(_ text: String, in reader: StoreReader) throws -> String {
    let known = try reader.sweeps().map(\.name)
    if known.contains(text) { return text }
    if text == "last", let last = known.last { return last }
    if let file = SweepFile.existing(text) {
      let name = try SweepDataSets.name(of: SweepFile.read(path: file))
      if known.contains(name) { return name }
    }
    let directory = reader.layout.directory
    throw try UnknownSweep(text, at: directory, known: known).error
      ?? CommandError(
        "the store \(directory) has no sweep \"\(text)\"",
        remedy: known.isEmpty ? emptyStore : NearestWord.remedy(for: text, in: known))
  }

  /// The sweep that messages about jobs name: the one that is meant, if it lists any of them, or else
  /// the latest that does; nil for jobs in none.
  package static func name(
    of jobs: [JobKey], near text: String, in reader: StoreReader
  ) throws -> String? {
    let names = try reader.sweeps(listing: jobs)
    let meant = try? name(text, in: reader)
    return names.first { $0 == meant } ?? names.last
  }

  /// What to do about a store that holds nothing.
  package static let emptyStore =
    "the store holds no sweep yet: `quanta presets` lists ready ones, `quanta run SWEEP` runs one"
}
