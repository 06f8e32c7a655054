import Basics
import SweepModel

/// Reads one entry of `hosts:`, which may stand for many hosts.
struct HostReader {
  /// What a host may leave to the defaults.
  struct Shared {
    var user: String?
    var port: Int?
    var identity: String?
    var config: String?
    var knownHosts: String?
    var engine: SSHEngine?
    var limits = Amounts()
    var tokens: [String: [String]] = [:]
    /// Every key that is said, also a count of 0.
    var said: Set<String> = []
    var nice: Int?
    var folder: String?

    /// GPUs of which there shall be none.
    var withheld: Set<String> {
      said.contains(Device.resource) && limits[Device.resource] == 0 ? [Device.resource] : []
    }
  }

  /// What `defaults:` says.
  var defaults = Shared()

  /// Reads `local`, `[cores/][user@]host[:port]` or a mapping.
  func hosts(_ value: YAMLValue) throws(FileError) -> [HostSpec] {
    switch value.content {
    case .scalar(let text, _): return try shorthand(text, at: value.place)
    case .mapping: return try mapping(value)
    default:
      throw value.place.error(
        "a host must be a text or a mapping, found \(value.found)",
        "write for example 16/kim@node1 or {host: node1, cores: 16}")
    }
  }

  /// The keys that hosts and defaults have in common.
  static func shared(_ fields: Fields) -> Shared {
    var shared = Shared()
    shared.user = fields.address("user")
    shared.port = fields.integer("port")
    shared.identity = fields.address("identity")
    shared.config = fields.address("config")
    shared.knownHosts = fields.address("knownHosts")
    shared.engine = fields.word("engine").flatMap(SSHEngine.init(rawValue:))
    if case .list(let values) = fields[Device.resource]?.content {
      shared.tokens[Device.resource] = tokens(values, fields)
    }
    shared.limits = fields.counts(besides: Set(shared.tokens.keys))
    for (name, tokens) in shared.tokens { shared.limits[name] = Amount(tokens.count) }
    shared.said = Set(fields.entries.map(\.key))
    for entry in resources(fields) {
      guard shared.said.insert(entry.key).inserted else {
        fields.problems.add(
          entry.keyPlace.error(
            "\(quoted(entry.key)) stands beside \"resources\" too", "keep one"))
        continue
      }
      let count = fields.problems.trying(
        try entry.value.integer(in: KeyTable.counts, name: entry.key))
      shared.limits[entry.key] = Amount(count ?? 0)
    }
    shared.limits.threads = fields.integer("cores") ?? 0
    shared.limits.memoryBytes = fields.size("memory") ?? 0
    shared.nice = fields.integer("nice")
    shared.folder = fields.address("folder")
    if let folder = shared.folder, !folder.hasPrefix("/"), !folder.hasPrefix("~/"),
      let value = fields["folder"]
    {
      fields.problems.add(
        value.place.error(
          "\"folder\" must begin with \"/\" or \"~/\", found \(quoted(folder))"))
    }
    return shared
  }

  /// The tokens of GPUs; one that stands there twice is shared by two jobs.
  private static func tokens(_ values: [YAMLValue], _ fields: Fields) -> [String] {
    var tokens: [String] = []
    for value in values {
      let text = value.text ?? ""
      guard Device.isToken(text) else {
        fields.problems.add(
          value.place.error(
            "\"gpu\" must list tokens of GPUs, found "
              + (value.text.map { quoted($0) } ?? value.found),
            "write what CUDA_VISIBLE_DEVICES would have there: [0, 1] or [GPU-…, MIG-…]"))
        continue
      }
      tokens.append(text)
    }
    if tokens.count > Device.most {
      fields.problems.add(
        values[0].place.error("\"gpu\" lists more than \(Device.most) GPUs", "list fewer"))
    }
    return tokens
  }

  /// What `resources:` counts, whatever its name.
  private static func resources(_ fields: Fields) -> [YAMLEntry] {
    guard let value = fields["resources"] else { return [] }
    guard case .mapping(let entries) = value.content else {
      fields.problems.add(
        fields.wrong("resources", "a mapping such as {gpu: 4, licence: 2}", value))
      return []
    }
    return entries.filter { entry in
      guard let problem = Amounts.problem(ofName: entry.key) else { return true }
      fields.problems.add(entry.keyPlace.error("\(quoted(entry.key)) \(problem)"))
      return false
    }
  }

  private func mapping(_ value: YAMLValue) throws(FileError) -> [HostSpec] {
    let problems = Problems()
    let fields = try Fields(value, ClusterKeys.host, problems, home: ClusterKeys.home)
    let own = Self.shared(fields)
    let isLocal = fields.flag("local")
    let names = fields.names("name", SafeName.problem)
    let hosts = fields.names("host", SafeAddress.hostProblem)
    if isLocal == true {
      for entry in (["host"] + ClusterKeys.sshOnly).compactMap(fields.entry) {
        problems.add(
          entry.keyPlace.error("\"\(entry.key)\" does not go with \"local: true\"", "keep one"))
      }
    } else if fields["host"] == nil, fields["local"] == nil || isLocal == false {
      problems.add(
        value.place.error("the host has no address", "give \"host: NAME\" or \"local: true\""))
    }
    let count = hosts?.count ?? 1
    if let names, names.count != count, hosts != nil || fields["host"] == nil,
      let entry = fields.entry("name")
    {
      problems.add(
        entry.value.place.error(
          "\(counted(names.count, "name")) for \(counted(count, "host"))",
          "leave the name out, or give as many: {host: node[01-04], name: n[1-4]}"))
    }
    try problems.check()
    guard let hosts else { return [local(name: names?.first, own)] }
    return hosts.indices.map { ssh(name: names?[$0], host: hosts[$0], own) }
  }

  private func shorthand(_ text: String, at place: Place) throws(FileError) -> [HostSpec] {
    var rest = text[...]
    var own = Shared()
    if let slash = rest.firstIndex(of: "/") {
      own.limits.threads = try number(
        rest[..<slash], in: 1...65_536, "the cores before \"/\"", place)
      rest = rest[rest.index(after: slash)...]
    }
    if rest == "local" { return [local(name: nil, own)] }
    if let at = rest.lastIndex(of: "@") {
      let user = String(rest[..<at])
      if let problem = SafeAddress.userProblem(user) {
        throw place.error("the user of \(quoted(text)) \(problem)")
      }
      own.user = user
      rest = rest[rest.index(after: at)...]
    }
    let hosts: [String]
    if rest.first == "[", let close = rest.firstIndex(of: "]"), rest[..<close].contains(":") {
      hosts = [String(rest[..<close].dropFirst())]
      rest = rest[rest.index(after: close)...]
      guard rest.isEmpty || rest.first == ":" else {
        throw place.error("unexpected \(quoted(String(rest))) after the address")
      }
    } else {
      let colon = rest.firstIndex(of: ":") ?? rest.endIndex
      do throws(HostRange.Problem) {
        hosts = try HostRange.names(String(rest[..<colon]))
      } catch {
        throw place.error("the host of \(quoted(text)) \(error.message)")
      }
      rest = rest[colon...]
    }
    if !rest.isEmpty {
      own.port = try number(rest.dropFirst(), in: 1...65_535, "the port after \":\"", place)
    }
    if let problem = hosts.lazy.compactMap(SafeAddress.hostProblem).first {
      throw place.error(
        "the host of \(quoted(text)) \(problem)", "write [cores/][user@]host[:port]")
    }
    return hosts.map { ssh(name: nil, host: $0, own) }
  }

  private func number(
    _ text: Substring, in range: ClosedRange<Int>, _ what: String, _ place: Place
  ) throws(FileError) -> Int {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
      range.contains(number)
    else {
      throw place.error(
        "\(what) must be a whole number \(Bounds.text(range)), found \(quoted(String(text)))",
        "write [cores/][user@]host[:port]; an IPv6 address goes in brackets")
    }
    return number
  }

  /// This machine. Defaults are for machines of a cluster: none of them applies.
  private func local(name: String?, _ own: Shared) -> HostSpec {
    HostSpec(
      name: name ?? "local", access: .local, limits: own.limits, nice: own.nice,
      workFolder: own.folder ?? "~/.quanta", tokens: own.tokens, withheld: own.withheld)
  }

  private func ssh(name: String?, host: String, _ own: Shared) -> HostSpec {
    let address = SSHAddress(
      host: host, user: own.user ?? defaults.user, port: own.port ?? defaults.port,
      identityFile: own.identity ?? defaults.identity, configFile: own.config ?? defaults.config,
      knownHostsFile: own.knownHosts ?? defaults.knownHosts,
      engine: own.engine ?? defaults.engine ?? .libssh)
    var limits = own.limits.filled(from: defaults.limits)
    for entry in defaults.limits.named where !own.said.contains(entry.name) {
      limits[entry.name] = entry.amount
    }
    return HostSpec(
      name: name ?? host, access: .ssh(address), limits: limits, nice: own.nice ?? defaults.nice,
      workFolder: own.folder ?? defaults.folder ?? "~/.quanta",
      tokens: own.tokens.merging(
        defaults.tokens.filter { !own.said.contains($0.key) }, uniquingKeysWith: { own, _ in own }),
      withheld: own.withheld.union(
        own.said.contains(Device.resource) ? [] : defaults.withheld))
  }
}
