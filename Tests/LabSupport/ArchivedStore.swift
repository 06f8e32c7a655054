import Foundation

/// A small store of an earlier schema version, written by the code of that time, and what is exported
/// of it.
public struct ArchivedStore {
  /// The schema version.
  public let version: Int

  /// The store of a version.
  public init(version: Int) { self.version = version }

  /// The versions of which there is one.
  public static let versions: [Int] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: CorpusFile.folder + "/store")
    return (names ?? []).compactMap { $0.hasPrefix("v") ? Int($0.dropFirst()) : nil }.sorted()
  }()

  /// Makes `quanta-store` in a folder.
  public func unpack(to folder: String) throws {
    let archive = CorpusFile("store/v\(version)/store.tar.gz").path
    let result = Command.runBlocking(["tar", "-xzf", archive, "-C", folder])
    guard result.status == 0 else {
      throw LabError(command: ["tar", archive], status: result.status, output: result.output)
    }
  }

  /// What is exported of it.
  public func text(_ file: String) throws -> String {
    String(decoding: try CorpusFile("store/v\(version)/\(file)").read(), as: UTF8.self)
  }
}
