import Glibc
import Posix
import WorkFolder

/// Writes a line to standard error.
func complain(_ line: String) {
  try? Descriptor.standardError.writeAll(Array((line + "\n").utf8))
}

/// Reads a whole regular file; nil when it does not exist.
func readFile(_ name: String, in folder: Directory) throws(PosixError) -> [UInt8]? {
  let number: Int32?
  do {
    number = try folder.open(name, O_RDONLY)
  } catch {
    throw PosixError("\(error)")
  }
  guard let number else { return nil }
  return try Descriptor(number: number).readAll()
}

/// Reads a whole file of the system's, such as those of `/proc`; nil when it does not exist.
func readFile(_ path: String) throws(PosixError) -> [UInt8]? {
  do {
    return try Descriptor(opening: path).readAll()
  } catch {
    if error.code == ENOENT { return nil }
    throw error
  }
}

/// Writes a file so that after a crash it holds either the old or the new content, whole.
func writeFileAtomically(
  _ name: String, in folder: Directory, _ body: (Descriptor) throws(PosixError) -> Void
) throws(PosixError) {
  let temporary = name + ".part"
  folder.removeFile(temporary)
  do {
    guard folder.status(of: name)?.isFile ?? true else {
      throw FolderTrouble(FolderTrouble.notFile(name))
    }
    try AtomicFile.write(
      to: name, in: folder.number, temporary: temporary, mode: 0o600, isDurable: true, body)
  } catch {
    throw PosixError("\(folder.path): \(error)")
  }
}

/// Gives this process its name in `ps` and `pkill`, whatever it was started by, and closes the
/// descriptor by which a host's shell started it.
func nameProcess() {
  for number in Int32(3)...9 { close(number) }
  try? Descriptor(opening: "/proc/self/comm", O_WRONLY).writeAll(Array("quanta-worker".utf8))
}
