import Glibc
import Posix
import WorkFolder

/// Whether logind ends what a user has running when he logs out (`KillUserProcesses`).
///
/// A worker is started by a login, and the end of that login, a connection that breaks, would end it.
enum Logout {
  private static let folders = ["/usr/lib", "/usr/local/lib", "/run", "/etc"]

  /// The user of this process, if his processes end with his login; nil otherwise.
  static func endangeredUser() -> String? {
    let user = String(userText(geteuid()).prefix { $0 != " " })
    let settings = settings()
    let excluded = settings["KillExcludeUsers"] ?? "root"
    guard !words(excluded).contains(user) else { return nil }
    let only = words(settings["KillOnlyUsers"] ?? "")
    if !only.isEmpty { return only.contains(user) ? user : nil }
    let isOn = ["1", "yes", "y", "true", "t", "on"].contains(
      settings["KillUserProcesses"]?.lowercased() ?? "")
    return isOn ? user : nil
  }

  private static func words(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "\t" }.map(String.init)
  }

  /// The settings as systemd reads them: one main file, the most local one, then the drop-ins of all
  /// folders in the order of their names, of which the most local of a name counts.
  private static func settings() -> [String: String] {
    var settings: [String: String] = [:]
    let main = folders.reversed().lazy.compactMap { read("\($0)/systemd/logind.conf") }.first
    add(main ?? "", to: &settings)
    var parts: [String: String] = [:]
    for folder in folders.map({ "\($0)/systemd/logind.conf.d" }) {
      for name in Descriptor.names(in: folder) where name.hasSuffix(".conf") {
        parts[name] = "\(folder)/\(name)"
      }
    }
    for (_, path) in parts.sorted(by: { $0.key < $1.key }) { add(read(path) ?? "", to: &settings) }
    return settings
  }

  private static func read(_ path: String) -> String? {
    (try? readFile(path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func add(_ text: String, to settings: inout [String: String]) {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let trimmed = parts.map { words(String($0)).joined(separator: " ") }
      guard trimmed.count == 2, let first = trimmed[0].first, first != "#", first != ";" else {
        continue
      }
      settings[trimmed[0]] = trimmed[1]
    }
  }
}
