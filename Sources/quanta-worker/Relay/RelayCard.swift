import Basics
import Ciphers
import Glibc
import Posix
import WorkFolder

/// What a relay lays into the folder of its session for pilots: where it listens, and the key that both
/// have to have. A file that only the user can read, in a folder that is the user's alone.
struct RelayCard {
  /// The folder of all relays' cards in that of a session.
  static let folder = "relay"

  /// Its file's name, which no other relay has.
  let name: String
  let port: UInt16
  let key: SealingKey
  /// The machine as it is since its boot, and its network: those that are on it reach its loopback.
  let machine: String
  /// The relay's process there.
  let process: Int32
  /// The machine's name, for a person.
  let host: String
  let addresses: [String]

  /// The card of a relay of this process.
  init(port: UInt16) {
    name = OwnName.newMailbox()
    self.port = port
    key = .random()
    machine = MachineIdentity.network
    process = getpid()
    host = HostFacts.hostname
    addresses = InternetAddress.own()
  }

  /// Reads a card; nil where there is none, or no whole one.
  init?(_ name: String, in folder: Directory) {
    guard OwnName.isMailbox(name), let bytes = (try? readFile(name, in: folder)) ?? nil else {
      return nil
    }
    var values: [Substring: [String]] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      if words.count == 2 { values[words[0], default: []].append(String(words[1])) }
    }
    let first = { (name: Substring) in values[name]?.first ?? "" }
    guard let port = UInt16(first("port")), let process = Int32(first("process")),
      let key = SealingKey(Self.bytes(first("key")))
    else { return nil }
    self.name = name
    self.port = port
    self.key = key
    self.process = process
    machine = first("machine")
    host = first("host")
    addresses = values["address"] ?? []
  }

  /// Lays it down; what reads it sees it whole.
  func write(in folder: Directory) throws(PosixError) {
    let lines =
      [
        "port \(port)", "key \(key.bytes.hexadecimal)", "machine \(machine)", "process \(process)",
        "host \(host)",
      ] + addresses.map { "address \($0)" }
    try AtomicFile.write(
      Array(lines.map { $0 + "\n" }.joined().utf8), to: name, in: folder.number,
      temporary: "\(name).part", mode: 0o600, isDurable: false)
  }

  /// Its relay was on this machine and is no more.
  func isStale(session: String) -> Bool {
    guard machine == MachineIdentity.network else { return false }
    return OwnProcess(process).map { $0.verb != .relay || $0.session != session } ?? true
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.map { $0 &- ($0 < UInt8(ascii: "a") ? UInt8(ascii: "0") : 87) }
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else { return [] }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
