import ArgumentParser
import Findings

/// Messages that name a command name the whole command: one that works on a store gets the
/// `--store` with which this process was called, and one that runs jobs its `--cluster` and what was
/// chosen of it.
///
/// Done where text is printed, since many of the sentences come from the scheduler or the store,
/// which know nothing of command lines.
struct CommandMention {
  /// The options of this process that a command named by it must have as well.
  static let current = CommandMention(arguments: Array(CommandLine.arguments.dropFirst()))

  private static let withoutStore: Set = ["new", "presets", "schema", "workloads", "help"]
  private static let withCluster: Set = ["run", "resume", "plan", "verify", "workers"]

  private let store: String?
  /// Options about hosts with their values, in the order in which they are added.
  private let hosts: [(option: String, value: String)]

  init(arguments: [String]) {
    store = Self.value(of: "--store", in: arguments)
    hosts = [
      ("--cluster", ["--cluster"]), ("--hosts", ["--hosts"]), ("--cores", ["--cores", "-j"]),
      ("--folder", ["--folder"]),
    ].compactMap { option, spellings in
      spellings.lazy.compactMap { Self.value(of: $0, in: arguments) }.first.map { (option, $0) }
    }
  }

  /// The text with its commands, between backticks, made whole.
  func completed(_ text: String) -> String {
    guard store != nil || !hosts.isEmpty, text.contains("`quanta ") else { return text }
    var parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    for index in stride(from: 1, to: parts.count, by: 2) { complete(&parts[index]) }
    return parts.joined(separator: "`")
  }

  private func complete(_ command: inout String) {
    let words = command.split(separator: " ")
    guard words.count > 1, words[0] == "quanta", !words[1].hasPrefix("-") else { return }
    let verb = String(words[1])
    if Self.withCluster.contains(verb) {
      for (option, value) in hosts where !command.contains(option) {
        command += " \(option) \(ShellWord.quoted(value))"
      }
    }
    if let store, !Self.withoutStore.contains(verb), !command.contains("--store") {
      command += " --store \(ShellWord.quoted(store))"
    }
  }

  /// The value of an option, `--store X` or `--store=X`; nil where it is not given.
  static func value(of option: String, in arguments: [String]) -> String? {
    let words = arguments.prefix { $0 != "--" }
    if let place = words.lastIndex(of: option), place + 1 < words.count { return words[place + 1] }
    return words.last { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
  }
}
