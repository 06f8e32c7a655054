import Glibc
import Workloads

/// The data sets in the work folder of this host, each once under the hash of its content; the
/// sessions of all coordinators share them.
struct DataFolder {
  let path: String

  init(_ invocation: Invocation) { path = "\(invocation.folder)/data" }

  /// A data set's whole content, which a transport has put there. Says that it is in use.
  func load(hash: String, sizeBytes: Int) throws -> [UInt8] {
    let file = "\(path)/\(hash)"
    guard let content = try readFile(file), content.count == sizeBytes else {
      throw JobFailure(
        "This host has no data set \(hash) of \(sizeBytes) bytes in \(path), though its link had "
          + "brought it: somebody removed it. Once the run has ended, `quanta retry --failed` and "
          + "`quanta resume` bring it again.")
    }
    utimes(file, nil)
    return content
  }
}
