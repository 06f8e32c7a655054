import Glibc
import Posix

/// The folder of a job that is done and has left nothing in it: the next job on this slot takes it by its own
/// name. Where a disk is slow with folders, making and removing six would take longer than a short job.
enum SpareFolder {
  /// Where the spare folder lies beside a job's.
  private static func path(beside folder: String) -> String {
    let end = folder.lastIndex(of: "/") ?? folder.startIndex
    return "\(folder[..<end])/\(JobPlace.spare)\(getpid())"
  }

  /// Takes the spare folder as a job's; false where there is none or the job has a folder.
  static func take(as folder: String) -> Bool {
    unsafe rename(path(beside: folder), folder) == 0
  }

  /// Keeps a job's folder, in which some folders and files may be, as the spare one. False where it is not
  /// as a new one would be.
  static func keep(_ folder: String, folders: [String], files: [String]) -> Bool {
    let names = Set(Descriptor.names(in: folder))
    guard names.isSuperset(of: folders), names.isSubset(of: folders + files),
      let disk = Descriptor.diskOfNewFolder(folder)
    else { return false }
    for name in folders {
      let path = "\(folder)/\(name)"
      // One of another disk was mounted there.
      guard Descriptor.diskOfNewFolder(path) == disk, Descriptor.names(in: path).isEmpty else {
        return false
      }
    }
    for name in files where names.contains(name) {
      guard unsafe unlink("\(folder)/\(name)") == 0 else { return false }
    }
    return unsafe rename(folder, path(beside: folder)) == 0
  }
}
