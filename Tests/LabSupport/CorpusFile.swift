import Foundation
import Testing

/// A file of `Tests/Corpus` that some version once wrote and every later one must read.
///
/// It is never written again: a file that is missing is made, and the test fails once to say so.
public struct CorpusFile {
  /// Where it lies.
  public let path: String

  /// The file of a path below `Tests/Corpus`, such as `wire/v1/order-hello.frame`.
  public init(_ path: String) { self.path = Self.folder + "/" + path }

  /// `Tests/Corpus`.
  public static let folder =
    #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 } + "/Corpus"

  /// Whether it is there.
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// The names in it, where it is a folder, in their order.
  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// What it holds.
  public func read() throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// What it holds; when it is missing, it is made of what today's code writes, for a person to look
  /// at and to commit.
  public func read(orMake bytes: [UInt8]) throws -> [UInt8] {
    if exists { return try read() }
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    Issue.record("\(path) was missing and is made now: look at it and commit it")
    return bytes
  }
}
