import Glibc
import Posix
import SweepModel
import WorkFolder
import Workloads

/// The data sets in the work folder of this host, each once under the hash of its content; the
/// sessions of all coordinators share them.
struct DataFolder {
  private let folder: Directory?
  private let path: String
  /// The folder for what jobs make once on this host; nil where there is no work folder.
  let shared: String?

  init(_ invocation: Invocation) {
    path = "\(invocation.folder)/data"
    let work = try? WorkFolder(entering: invocation.folder)
    folder = try? work?.directory.folder("data")
    shared = work.map { "\($0.directory.path)/setups" }
  }

  /// A data set's whole content, which a transport has put there. Says that it is in use.
  func map(_ set: DataSet) throws -> MappedFile {
    if let number = try folder?.open(set.hash, O_RDONLY) {
      futimens(number, nil)
      if let file = MappedFile(Descriptor(number: number)), file.count == set.sizeBytes {
        return file
      }
    }
    throw JobFailure(
      "This host has no data set \(set.hash) of \(set.sizeBytes) bytes in \(path), though its link had "
        + "brought it: somebody removed it. Once the run has ended, `quanta retry --failed` and "
        + "`quanta resume` bring it again.")
  }
}
