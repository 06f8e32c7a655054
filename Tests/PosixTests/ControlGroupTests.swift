import Foundation
import Testing

@testable import Posix

/// Jobs' control groups: where they are made, what they end, and that none stays.
@Suite(.serialized) struct ControlGroupTests {
  /// What this machine lacks; nil where a group can be made.
  static let lack: Comment? = {
    guard let group = ControlGroup() else {
      return "no cgroup of version 2 can be made below this process's own"
    }
    group.remove()
    return nil
  }()

  /// The same, for limits of memory.
  static let memoryLack: Comment? = {
    guard let group = ControlGroup() else { return lack }
    defer { group.remove() }
    return group.limitMemory(1 << 30)
      ? nil
      : "groups below this process's own have no memory controller (memory is watched instead)"
  }()

  private static let nested = """
    30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - tmpfs tmpfs rw
    31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
    32 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
    """

  @Test(arguments: [
    ("0::/\n", nested, "/sys/fs/cgroup/unified"),
    ("9:memory:/a\n0::/user.slice/x.scope\n", nested, "/sys/fs/cgroup/unified/user.slice/x.scope"),
    (
      "0::/a/b\n", "1 2 0:3 /a /mnt/own rw,relatime shared:1 master:2 - cgroup2 cgroup rw",
      "/mnt/own/b"
    ),
    ("0::/a\n", "1 2 0:3 /a /mnt/own rw - cgroup2 cgroup rw", "/mnt/own"),
    ("0::/ab\n", "1 2 0:3 /a /mnt/own rw - cgroup2 cgroup rw", nil),
    ("0::/../b\n", nested, nil), ("9:memory:/a\n", nested, nil), ("0::/\n", "", nil),
    ("", nested, nil),
    ("0::/\n", "1 2 0:3 / /a\\040b rw - cgroup2 cgroup rw", nil), ("0::/\n", "1 2 -\n- - -", nil),
  ])
  func ownGroup_isFoundByTheMounts(groups: String, mounts: String, folder: String?) {
    #expect(ControlGroup.own(groups: groups, mounts: mounts) == folder)
  }

  /// A folder of another kind is none, and nothing stays in it.
  @Test func folder_thatIsNoGroup_isLeftAsItWas() throws {
    let folder = NSTemporaryDirectory() + "group-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(ControlGroup(in: folder) == nil && ControlGroup(in: folder + "/none") == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  /// Names of a process that lives, of other spaces of numbers and of other programs are not touched.
  @Test func leftovers_areThoseOfProcessesThatAreGone() throws {
    let folder = NSTemporaryDirectory() + "group-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var status = stat()
    stat("/proc/self/ns/pid", &status)
    let text = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
    let started = text.split(separator: ")").last?.split(separator: " ")[19] ?? ""
    let own = ControlGroup.prefix + "\(status.st_ino)-"
    let kept = [
      own + "\(getpid())-\(started)-0", ControlGroup.prefix + "1-\(getpid())-1-0", "system.slice",
      own + "x-1-0", own + "\(getpid())-1", own, ControlGroup.prefix,
    ]
    let gone = [own + "\(getpid())-1-0", own + "4194999-7-12"]
    for name in kept + gone {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    ControlGroup.removeLeftovers(in: folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == kept.sorted())
  }

  private func start(_ script: String, memoryBytes: Int = 0) throws -> (JobProcess, Descriptor) {
    let (reading, writing) = try makePipe()
    let process = try JobProcess(
      "/bin/sh", ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"], folder: "/",
      output: writing, memoryBytes: memoryBytes)
    writing.close()
    return (process, reading)
  }

  private func end(_ process: JobProcess) {
    while process.endingNow() == nil { usleep(1000) }
  }

  /// This process takes in no orphans: what leaves its session is found by the group alone.
  @Test(.enabled(if: lack == nil, lack))
  func daemons_areEndedWithTheirJob_andTheGroupIsGone() throws {
    let (process, output) = try start(
      "setsid sleep 600 & setsid sh -c 'sleep 601 & wait' & echo on")
    #expect(try output.readNext() == Array("on\n".utf8))
    end(process)
    let group = try #require(process.group)
    let members = String(decoding: try Descriptor(opening: group.door).readAll(), as: UTF8.self)
      .split(separator: "\n").compactMap { pid_t($0) }
    #expect(members.count >= 2 && !members.contains(getpid()), "\(members)")
    #expect(process.endAll { _ in })
    #expect(members.allSatisfy { kill($0, 0) != 0 || isZombie($0) }, "\(members)")
    #expect(access(group.path, F_OK) != 0)
    // The output ends: nobody holds it any more.
    #expect(try output.readAll(limit: 100).isEmpty)
  }

  /// A job may have made some in its own, as container programs do.
  @Test(.enabled(if: lack == nil, lack))
  func groupsOfTheJobItself_areRemovedWithIt() throws {
    let group = try #require(ControlGroup())
    try FileManager.default.createDirectory(
      atPath: group.path + "/a/b", withIntermediateDirectories: true)
    let (process, output) = try start(
      "sleep 600 & echo $! >'\(group.path)/a/b/cgroup.procs' && echo on")
    #expect(try output.readNext() == Array("on\n".utf8))
    end(process)
    #expect(group.isPopulated)
    #expect(group.remove() && access(group.path, F_OK) != 0)
    #expect(process.endAll { _ in })
  }

  private func isZombie(_ process: pid_t) -> Bool {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ") Z"
    return text.split(separator: ")").last?.hasPrefix(" Z") == true
  }

  @Test(.enabled(if: lack == nil, lack))
  func program_thatDoesNotStart_leavesNoGroup() throws {
    #expect(throws: JobProcess.Refusal.self) {
      try JobProcess(
        "/none", ["none"], environment: [], folder: "/", output: Descriptor.standardError)
    }
    let group = try #require(ControlGroup())
    #expect(!group.isPopulated)
    #expect(group.remove() && access(group.path, F_OK) != 0)
  }

  @Test(.enabled(if: memoryLack == nil, memoryLack))
  func memory_beyondTheLimit_isKilledByTheKernel() throws {
    let (process, _) = try start(
      "x=$(head -c 200000000 /dev/zero | tr '\\\\0' x)", memoryBytes: 32 << 20)
    end(process)
    #expect(process.group?.hasExceededMemory == true)
    #expect(process.endAll { _ in })
  }
}
