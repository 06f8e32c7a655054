import Findings
import Foundation
package import Store

/// Compact copies of stores: a folder, or one tar file.
package enum StoreArchive {
  /// Writes a copy under a name that nothing has; returns what was written.
  package static func write(_ reader: StoreReader, to path: String) throws -> String {
    let target = StoreLayout(directory: path).directory
    var information = stat()
    guard lstat(target, &information) != 0 else {
      throw CommandError("\(path) exists already", remedy: "name a new file or folder")
    }
    guard !target.hasPrefix(reader.layout.directory + "/") else {
      throw CommandError("\(path) lies inside the store", remedy: "name a place outside of it")
    }
    let suffix = [".tar.gz", ".tgz", ".tar"].first { target.lowercased().hasSuffix($0) }
    if suffix == nil, let other = Self.otherArchive(target) {
      throw CommandError(
        "\(path): no \(other) files are written",
        remedy:
          "`quanta store archive \(ShellWord.quoted(path.dropLast(other.count) + ".tar.gz"))` "
          + "writes one file, a name without an ending a folder")
    }
    guard let suffix else {
      try StoreCopy.write(reader, to: target)
      return "\(path)/"
    }
    try pack(reader, to: target, suffix: suffix, named: path)
    return path
  }

  /// The ending of a name that people take for an archive of a kind that is not written.
  private static func otherArchive(_ name: String) -> String? {
    [
      ".zip", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".7z", ".rar", ".gz", ".bz2",
      ".xz", ".zst", ".sqlite", ".db",
    ].first { name.lowercased().hasSuffix($0) }
  }

  /// Packs a copy that lies beside the file meanwhile; the file appears when it is whole.
  private static func pack(
    _ reader: StoreReader, to target: String, suffix: String, named path: String
  ) throws {
    let name = String(URL(fileURLWithPath: target).lastPathComponent.dropLast(suffix.count))
    let folder = target + ".unpacked-\(getpid())"
    let unfinished = target + ".unfinished-\(getpid())"
    guard mkdir(folder, 0o755) == 0 else {
      throw CommandError(
        "\(folder) cannot be made: \(String(cString: strerror(errno)))",
        remedy: "name a place that can be written")
    }
    defer {
      try? FileManager.default.removeItem(atPath: folder)
      unlink(unfinished)
    }
    let inner = name.isEmpty ? "quanta-store" : name
    try StoreCopy.write(reader, to: "\(folder)/\(inner)")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["tar", suffix == ".tar" ? "-cf" : "-czf", unfinished, "-C", folder, "--", inner]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandError(
        "`tar` ended with status \(process.terminationStatus)",
        remedy: "is it installed, and is there space? A name without .tar gives a folder")
    }
    guard rename(unfinished, target) == 0 else {
      throw CommandError("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}
