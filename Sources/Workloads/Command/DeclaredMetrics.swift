import Basics
import Glibc
import Metrics
import Posix

/// A file of metrics that a sweep's file declares, or a folder in which they are found.
struct DeclaredMetrics {
  let path: String
  let step: String?
  private(set) var found: [FoundMetrics] = []
  /// What lay there before the program began, as it was then.
  private var before: [MetricSource: [Int]] = [:]

  /// - Parameter own: the folder in which what is there came with the code: it says nothing of the job until
  ///   the program writes to it.
  init(path: String, step: String?, own folder: String?) {
    self.path = path
    self.step = step
    guard let folder, path.hasPrefix("\(folder)/") else { return }
    for source in sources where RegularFile.isOne(source.path) {
      FolderArchive.age(source.path)
      before[source.bare] = FolderArchive.stamp(source.path)
    }
  }

  /// It came with the code, and the program has not touched it.
  private func isOld(_ source: MetricSource) -> Bool {
    before[source.bare].map { $0 == FolderArchive.stamp(source.path) } ?? false
  }

  mutating func read(isFinal: Bool) {
    found = FoundMetrics.meeting(sources.filter { !isOld($0) }, known: found, step: step)
    for index in found.indices { found[index].read(isFinal: isFinal) }
  }

  /// What was read: of a folder as of one in which metrics are found.
  var book: MetricBook { FoundMetrics.joined(FoundMetrics.books(found)) }

  /// What has been there: a file may be declared and never written.
  var existing: [MetricSource] {
    found.map(\.source).filter { unsafe access($0.path, R_OK) == 0 }
  }

  /// What keeps it from being read, for a program that has recorded nothing.
  var absence: String? {
    guard existing.isEmpty else { return nil }
    if !before.isEmpty {
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
