import Foundation
import Posix

/// Recognises network file systems by the type that the kernel's mount table names.
///
/// SQLite's locks and its shared memory need one kernel; across hosts they corrupt databases.
enum FileSystemKind {
  /// Network file systems by their types in `/proc/self/mountinfo`; FUSE has a type for each
  /// program (`fuse.sshfs`), of which only `fuseblk` is a disk.
  static let network = [
    "nfs": "NFS", "nfs4": "NFS", "cifs": "CIFS", "smb3": "SMB", "smbfs": "SMB",
    "lustre": "Lustre", "gpfs": "GPFS", "afs": "AFS", "openafs": "AFS", "auristorfs": "AFS",
    "coda": "Coda", "ceph": "Ceph", "9p": "9p", "virtiofs": "virtiofs", "beegfs": "BeeGFS",
    "fhgfs": "BeeGFS", "ocfs2": "OCFS2", "gfs2": "GFS2", "panfs": "PanFS", "pvfs2": "OrangeFS",
    "orangefs": "OrangeFS", "wekafs": "WekaFS", "ncpfs": "NCP", "glusterfs": "GlusterFS",
    "fuse": "FUSE", "autofs": "autofs",
  ]

  /// The type of the file system that holds `path` or its nearest existing ancestor; nil where
  /// that cannot be known.
  static func type(of path: String) -> String? {
    var path = path
    while access(path, F_OK) != 0, path != "/", !path.isEmpty {
      path = URL(fileURLWithPath: path).deletingLastPathComponent().path
    }
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    guard let table = try? Descriptor(opening: "/proc/self/mountinfo").readAll() else { return nil }
    return type(of: String(cString: real), mountTable: String(decoding: table, as: UTF8.self))
  }

  /// The type of the innermost mount above an absolute path without symbolic links.
  ///
  /// A line of the table is `36 35 98:0 /root /mount/point options… - type source options`.
  static func type(of path: String, mountTable: String) -> String? {
    var best: (length: Int, type: String)?
    for line in mountTable.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"),
        dash + 1 < fields.count
      else { continue }
      let point = unescaped(fields[4])
      let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
      guard isAbove, point.utf8.count >= best?.length ?? 0 else { continue }
      best = (point.utf8.count, String(fields[dash + 1]))
    }
    return best?.type
  }

  /// Throws when `type` is that of a network file system.
  static func refuseNetwork(type: String?, path: String) throws(StoreError) {
    guard let type, let kind = network[type.hasPrefix("fuse.") ? "fuse" : type] else { return }
    throw StoreError(
      .networkFileSystem, path: path,
      message: "\(path) lies on a network file system (\(kind)), where SQLite's locks are "
        + "not reliable and results can be lost.",
      remedy: "Choose a local disk with --store, or insist with --force-network-store.")
  }

  /// Undoes the kernel's octal escapes (`\040` is a space).
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(3), as: UTF8.self)
      if byte == UInt8(ascii: "\\"), let value = UInt8(digits, radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
