import Glibc
import Kernels
import Posix
import SweepModel
import Wire
import Workloads

/// What a worker says of its host; read once.
enum HostFacts {
  static let hostname: String = {
    var buffer = [CChar](repeating: 0, count: 256)
    gethostname(&buffer, buffer.count - 1)
    let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: name, as: UTF8.self)
    return text.isEmpty || text.contains("/") ? "host" : text
  }()

  /// The processor's model name, from `/proc/cpuinfo`.
  static let processor = field("model name", of: "/proc/cpuinfo") ?? "unknown"

  /// Logical cores that jobs may keep busy: the affinity mask and the control groups' quota.
  static var cores: Int { MachineLimits.current.cores }

  /// Memory that jobs may use, bytes: the host's, or the control groups' limit.
  static var memoryBytes: Int { MachineLimits.current.memoryBytes ?? 1 << 30 }

  /// Peak resident memory of this process since ``resetPeakMemory()``, bytes.
  static var peakMemoryBytes: Int { kibibytes("VmHWM", of: "/proc/self/status") ?? 0 }

  /// Starts the measure of peak memory anew.
  static func resetPeakMemory() {
    try? Descriptor(opening: "/proc/self/clear_refs", O_WRONLY).writeAll(Array("5".utf8))
  }

  /// CPU time of this process so far, all threads, seconds.
  static var cpuSeconds: Double { clockSeconds(CLOCK_PROCESS_CPUTIME_ID) }

  /// What the hello says.
  static func description(
    hash: String, held: [AttemptID], resources: [AttemptID: [Allocation.Held]],
    identity: Report.WorkerIdentity, notes: [String], devices: Devices,
    secondsLeft: Double?
  ) -> Report.WorkerDescription {
    Report.WorkerDescription(
      hostname: hostname, processor: processor, cores: cores, memoryBytes: memoryBytes,
      instructionSet: WorkloadRegistry.instructionSet, binaryHash: hash, version: quantaVersion,
      held: held, resources: resources, identity: identity, notes: notes,
      devices: devices, secondsLeft: secondsLeft)
  }

  private static func field(_ name: String, of path: String) -> String? {
    guard let bytes = try? readFile(path) else { return nil }
    let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: name.utf8) }
    guard let line, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    return trim(Substring(decoding: line[(colon + 1)...], as: UTF8.self))
  }

  private static func kibibytes(_ name: String, of path: String) -> Int? {
    field(name, of: path)?.split(separator: " ").first.flatMap { Int($0) }.map { $0 << 10 }
  }

  private static func trim(_ text: Substring) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let tail = text.drop(while: isBlank)
    return String(tail.reversed().drop(while: isBlank).reversed())
  }
}
