import Basics
import Glibc
import Metrics
import Posix

/// A file of metrics that a sweep's file declares, or a folder in which they are found.
struct DeclaredMetrics {
  let path: String
  let step: String?
  private(set) var found: [FoundMetrics] = []
  /// - Parameter own: the folder in which what is there came with the code: it says nothing of the job until
  ///   the program writes to it.
  init(path: String, step: String?, own folder: String?) {
    self.path = path
    self.step = step
    guard let folder, path.hasPrefix("\(folder)/") else { return }
    found = FoundMetrics.old(sources, step: step)
  }

  mutating func read(isFinal: Bool) {
    found = FoundMetrics.meeting(sources, known: found, step: step)
    for index in found.indices { found[index].read(isFinal: isFinal) }
  }

  /// What was read: of a folder as of one in which metrics are found.
  var book: MetricBook { FoundMetrics.joined(FoundMetrics.books(found)) }

  /// What has been there: a file may be declared and never written.
  var existing: [MetricSource] {
    found.filter { !$0.isUntouched }.map(\.source).filter { unsafe access($0.path, R_OK) == 0 }
  }

  /// What keeps it from being read, for a program that has recorded nothing.
  var absence: String? {
    guard existing.isEmpty else { return nil }
    if found.contains(where: \.isUntouched) {
      return
        "\(printable(path)), which \"metrics\" names: what is there was there before, and the program "
        + "has not written to it"
    }
    let name = "\(printable(path)), which \"metrics\" names"
    return Descriptor.isFolder(path)
      ? "\(name): the folder holds no file of metrics" : "\(name): the program has not written it"
  }

  /// What is there now: a folder may still get more.
  private var sources: [MetricSource] {
    if Descriptor.isFolder(path) { return MetricFinder(folder: path).find() }
    // What is not there yet may become a folder.
    if !found.isEmpty || FolderArchive.stamp(path).isEmpty { return [] }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let kind = MetricFinder.kind(ofFile: name) { return [MetricSource(kind: kind, path: path)] }
    let isJSON = ["json", "jsonl", "ndjson"].contains { path.hasSuffix(".\($0)") }
    return [MetricSource(kind: isJSON ? .jsonLines : .csv, path: path)]
  }
}
