import Foundation
import Posix

/// A folder of this process in memory, gone when it ends.
enum Scratch {
  static let folder: String = {
    let own = path(ofProcess: getpid())
    mkdir(own, 0o700)
    return own
  }()

  /// Removes the folder of a process that has ended, or of this one.
  static func remove(ofProcess process: pid_t = getpid()) {
    try? FileManager.default.removeItem(atPath: path(ofProcess: process))
  }

  private static func path(ofProcess process: pid_t) -> String {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    return "\(parent)/quanta-lab-\(process)"
  }
}

/// A file that holds one input after the other.
struct ScratchFile {
  let path: String

  init(_ name: String) { path = "\(Scratch.folder)/\(name)" }

  /// The path, after the file's content has been replaced.
  func holding(_ bytes: [UInt8]) -> String {
    do {
      try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(bytes)
    } catch {
      fatalError("\(path) cannot be written: \(error)")
    }
    return path
  }
}
