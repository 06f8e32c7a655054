public import Glibc

/// What paths lead to that programs take for files.
public enum RegularFile {
  /// What a mode says, in words.
  public static func words(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFREG: "a file"
    case S_IFDIR: "a folder"
    case S_IFLNK: "a link"
    case S_IFIFO: "a named pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// True where a path is that of a file, and of no link to one.
  public static func isOne(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Opens a file to read; nil where nothing is. Nothing waits for the other end of a pipe.
  ///
  /// Throws where something else stands there, or it cannot be read: what goes on after the path, such as
  /// `is a named pipe, no file`.
  public static func open(_ path: String) throws(PosixError) -> Descriptor? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw PosixError("cannot be read: \(PosixError.words(errno))")
    }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    guard stat(path, &status) == 0 else {
      throw PosixError(
        isLink && errno == ENOENT
          ? "is a link that leads nowhere" : "cannot be read: \(PosixError.words(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw other(status.st_mode) }
    let file: Descriptor
    do throws(PosixError) {
      file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK)
    } catch {
      throw PosixError("cannot be read: \(PosixError.words(error.code))")
    }
    // It may have become another thing meanwhile.
    guard file.status.st_mode & S_IFMT == S_IFREG else { throw other(file.status.st_mode) }
    return file
  }

  private static func other(_ mode: mode_t) -> PosixError {
    PosixError("is \(words(mode)), no file")
  }
}
