import Basics
import Glibc
import Posix

/// What tells this machine from others: host names are not enough, since cloned machines share
/// theirs, and one machine can be reached by several.
enum MachineIdentity {
  /// The name of this machine's part of a session: its host name, and a number that stays the same
  /// over boots but differs between clones that have network cards of their own. A pilot's has the name of
  /// its allocation besides: several of them may have parts of one machine.
  static let part =
    "\(HostFacts.hostname)-\(digest([machine] + networkCards))"
    + (pilot.isEmpty ? "" : SessionFolder.pilotMark + pilot)

  /// The machine as it is since its boot, and the network that it is seen in: equal for two links
  /// only if both have reached one machine.
  static let sinceBoot = digest(bootAndNetwork + (pilot.isEmpty ? [] : [pilot]))

  /// The same for all processes there, a pilot's or not: they reach each other at its loopback.
  static let network = digest(bootAndNetwork)

  private static let bootAndNetwork = [
    machine, firstLine(of: "/proc/sys/kernel/random/boot_id"), HostFacts.hostname,
    linkTarget("/proc/self/ns/net"),
  ]

  /// The machine as workers of one folder tell it from others.
  static let place = digest([part, firstLine(of: "/proc/sys/kernel/random/boot_id")])

  private static let pilot = (try? Invocation(CommandLine.arguments))?.pilot ?? ""

  private static let machine = firstLine(of: "/etc/machine-id")

  /// The addresses that network cards have been given by their makers; not those of virtual
  /// interfaces, which are drawn anew all the time.
  private static let networkCards = Descriptor.names(in: "/sys/class/net").compactMap { name in
    let isPermanent = firstLine(of: "/sys/class/net/\(name)/addr_assign_type") == "0"
    let address = firstLine(of: "/sys/class/net/\(name)/address")
    return isPermanent && address.contains { $0 != "0" && $0 != ":" } ? address : nil
  }.sorted()

  private static func firstLine(of path: String) -> String {
    let text = String(decoding: (try? readFile(path)) ?? [], as: UTF8.self)
    return String(text.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
  }

  private static func linkTarget(_ path: String) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(path, &buffer, buffer.count)
    return String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// FNV-1a, 64 bits, in hexadecimal.
  private static func digest(_ texts: [String]) -> String {
    FNV1a(texts.joined(separator: "\n")).value.hexadecimal
  }
}
