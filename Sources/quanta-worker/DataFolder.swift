import Glibc
import WorkFolder
import Workloads

/// The data sets in the work folder of this host, each once under the hash of its content; the
/// sessions of all coordinators share them.
struct DataFolder {
  private let folder: Directory?
  private let path: String

  init(_ invocation: Invocation) {
    path = "\(invocation.folder)/data"
    folder = try? WorkFolder(entering: invocation.folder)?.directory.folder("data")
  }

  /// A data set's whole content, which a transport has put there. Says that it is in use.
  func load(hash: String, sizeBytes: Int) throws -> [UInt8] {
    guard let folder, let content = try readFile(hash, in: folder, saysInUse: true),
      content.count == sizeBytes
    else {
      throw JobFailure(
        "This host has no data set \(hash) of \(sizeBytes) bytes in \(path), though its link had "
          + "brought it: somebody removed it. Once the run has ended, `quanta retry --failed` and "
          + "`quanta resume` bring it again.")
    }
    return content
  }
}
