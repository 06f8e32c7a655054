import ArgumentParser
import Findings
import Store

/// Messages that name a command name the whole command: one that works on a store gets the
/// `--store` with which this process was called, and one that reaches hosts the `--cluster` and the
/// like: this process's own, or where it takes none those with which the sweep was run last.
///
/// Done where text is printed, since many of the sentences come from the scheduler or the store,
/// which know nothing of command lines.
struct CommandMention: Sendable {
  /// The options of this process that a command named by it must have as well.
  static let current: CommandMention = {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let directory = values(of: "--store", in: arguments).last.map(StoreOptions.path)
    return CommandMention(arguments: arguments) {
      LaunchWords(StoreLayout(directory: directory ?? StoreOptions.usual))
    }
  }()

  private let store: String?
  /// Options about hosts with their values; nil where this process takes none.
  private let hosts: [String]?
  private let launches: @Sendable () -> LaunchWords?

  /// - Parameter launches: Reads with which options the store's sweeps were run.
  init(arguments: [String], launches: @escaping @Sendable () -> LaunchWords? = { nil }) {
    store = Self.values(of: "--store", in: arguments).last
    let takesHosts = Self.help(of: arguments)?.contains("--hosts <") == true
    hosts = takesHosts ? Self.hosts(in: arguments) : nil
    self.launches = launches
  }

  /// What chooses hosts among the arguments of a command: `--cluster c.yaml --hosts a,b`.
  private static func hosts(in arguments: [String]) -> [String] {
    ["--cluster", "--hosts", "--cores", "--folder"].flatMap { option in
      let values = values(of: option, in: arguments)
      let given = option == "--cores" ? values + self.values(of: "-j", in: arguments) : values
      guard let last = given.last else { return [String]() }
      return [option, option == "--hosts" ? given.joined(separator: ",") : last]
    }
  }

  /// The options about hosts of this process, good in any folder.
  var launchWords: [String] {
    var words = hosts ?? []
    for place in words.indices.dropFirst()
    where ["--cluster", "--folder"].contains(words[place - 1]) {
      words[place] = ClusterOptions.absolute(words[place])
    }
    return words
  }

  /// The text with its commands, between backticks, made whole.
  func completed(_ text: String) -> String {
    guard text.contains("`quanta ") else { return text }
    var parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    let places = stride(from: 1, to: parts.count, by: 2)
    let sweeps = places.flatMap { Self.sweeps(of: Self.words(of: parts[$0])) }
    for place in places { complete(&parts[place], sweeps) }
    return parts.joined(separator: "`")
  }

  private static func words(of command: String) -> [String] {
    command.split(separator: " ").map(String.init)
  }

  /// What follows a command that is about a sweep.
  private static func sweeps(of command: [String]) -> [String] {
    command.dropFirst().first == "workers" ? [] : command.dropFirst(2).filter { $0.first != "-" }
  }

  /// The options with which the sweep was run that a command names; of one that names none those of the
  /// sweep that is spoken of beside it, or of all.
  private func launched(_ command: [String], _ beside: [String]) -> [String] {
    guard let launches = launches() else { return [] }
    let own = Self.sweeps(of: command)
    let words = (own.isEmpty ? beside : own).lazy.map { launches[$0] }.first { !$0.isEmpty }
    return words ?? (own.isEmpty ? launches.common : [])
  }

  private func complete(_ command: inout String, _ sweeps: [String]) {
    let words = Self.words(of: command)
    guard words.first == "quanta", let help = Self.help(of: Array(words.dropFirst())) else {
      return
    }
    if help.contains("--hosts <") {
      let hosts = hosts ?? launched(words, sweeps)
      for place in stride(from: 0, to: hosts.count, by: 2) where !words.contains(hosts[place]) {
        command += " \(hosts[place]) \(ShellWord.quoted(hosts[place + 1]))"
      }
    }
    if let store, help.contains("--store <"), !words.contains("--store") {
      command += " --store \(ShellWord.quoted(store))"
    }
  }

  /// The help of the command that words begin with; nil where they name none.
  private static func help(of words: [String]) -> String? {
    var type: any ParsableCommand.Type = Quanta.self
    for word in words {
      let subcommands = type.configuration.subcommands
      guard let found = subcommands.first(where: { $0._commandName == word }) else { break }
      type = found
    }
    guard type != Quanta.self else { return nil }
    return Quanta.helpMessage(for: type.configuration.defaultSubcommand ?? type, columns: 200)
  }

  /// The values of an option: `--store X`, `--store=X`, and of one letter `-jX`.
  static func values(of option: String, in arguments: [String]) -> [String] {
    let words = Array(arguments.prefix { $0 != "--" })
    return words.indices.compactMap { place in
      if words[place] == option { return place + 1 < words.count ? words[place + 1] : nil }
      guard words[place].hasPrefix(option) else { return nil }
      let rest = words[place].dropFirst(option.count)
      return rest.first == "=" ? String(rest.dropFirst()) : option.count == 2 ? String(rest) : nil
    }
  }
}
