import SweepModel

/// Reads the entries of `pools:`.
struct PoolReader {
  /// Reads the login hosts.
  let hosts: HostReader

  /// The pools in the file's order; what is wrong with them goes to the fields' problems.
  func pools(_ fields: Fields, besides hosts: [HostSpec]) -> [PoolSpec] {
    guard let value = fields["pools"] else { return [] }
    guard case .list(let items) = value.content, !items.isEmpty else {
      fields.problems.add(
        fields.wrong("pools", "a list such as [{slurm: {time: 4h, cores: 8, count: 16}}]", value))
      return []
    }
    var names = Set(hosts.map(\.name))
    var pools: [PoolSpec] = []
    for item in items {
      guard let pool = fields.problems.trying(try pool(item)) else { continue }
      if names.insert(pool.name).inserted {
        pools.append(pool)
      } else {
        fields.problems.add(
          item.place.error(
            "a host or another pool is called \(quoted(pool.name))", "give it a \"name\""))
      }
    }
    return pools
  }

  private func pool(_ value: YAMLValue) throws(FileError) -> PoolSpec {
    let problems = Problems()
    let fields = try Fields(value, ClusterKeys.pool, problems, home: ClusterKeys.home)
    guard let slurm = fields["slurm"] else {
      try problems.check()
      throw value.place.error("the pool has no \"slurm\"")
    }
    let terms = try Fields(slurm, ClusterKeys.slurm, problems, home: ClusterKeys.home)
    let partition = terms.safeName("partition")
    let request = BatchRequest(
      partition: partition, account: terms.safeName("account"), qos: terms.safeName("qos"),
      seconds: seconds(terms), count: terms.integer("count") ?? 1,
      extra: options(terms), skip: skipped(terms), setup: lines("setup", fields),
      callsPerMinute: terms.integer("calls") ?? 30)
    var login = problems.trying(try login(fields)) ?? HostSpec(name: "login", access: .local)
    login.place = value.place.text
    login.workFolder = folder(fields) ?? login.workFolder
    login.limits.threads = terms.integer("cores") ?? 1
    login.limits.memoryBytes = terms.size("memory") ?? 0
    login.limits[Device.resource] = Amount(terms.integer("gpus") ?? 0)
    let name = fields.safeName("name") ?? partition ?? "slurm"
    try problems.check()
    let link = fields.word("link").flatMap(PilotLink.init(rawValue:)) ?? .auto
    return PoolSpec(name: name, login: login, request: request, link: link)
  }

  /// Slurm counts minutes, and a worker needs a while to begin and to leave.
  private func seconds(_ terms: Fields) -> Int {
    guard let seconds = terms.duration("time"), let value = terms["time"] else { return 60 }
    guard seconds >= 60, seconds <= 366 * 86_400 else {
      terms.problems.add(
        value.place.error("\"time\" must be from 1 min to 366 days, found \(value.found)"))
      return 60
    }
    return Int(seconds)
  }

  private func login(_ fields: Fields) throws(FileError) -> HostSpec {
    guard let value = fields["login"] else { return HostSpec(name: "login", access: .local) }
    let found = try hosts.hosts(value)
    guard let host = found.first, found.count == 1 else {
      throw value.place.error("\"login\" must be one host, found \(found.count)")
    }
    return host
  }

  private func folder(_ fields: Fields) -> String? {
    guard let folder = fields.address("folder"), let value = fields["folder"] else { return nil }
    guard folder.hasPrefix("/") || folder.hasPrefix("~/") else {
      fields.problems.add(
        value.place.error("\"folder\" must begin with \"/\" or \"~/\", found \(quoted(folder))"))
      return nil
    }
    return folder
  }

  private func lines(_ name: String, _ fields: Fields) -> [String] {
    (fields[name]?.elements ?? []).compactMap { element in
      guard let text = element.text, !text.utf8.contains(0) else {
        fields.problems.add(
          element.place.error("\"\(name)\" must list texts, found \(element.found)"))
        return nil
      }
      return text
    }
  }

  /// Options of `sbatch` as they stand; each is one word of its command line.
  private func options(_ terms: Fields) -> [String] {
    let elements = terms["extra"]?.elements ?? []
    return zip(lines("extra", terms), elements).compactMap { text, element in
      guard text.hasPrefix("-"), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        terms.problems.add(
          element.place.error(
            "\"extra\" must list options of sbatch, found \(quoted(text))",
            "write for example [\"--constraint=a100\"]"))
        return nil
      }
      return text
    }
  }

  private func skipped(_ terms: Fields) -> Set<String> {
    let elements = terms["skip"]?.elements ?? []
    return Set(
      zip(lines("skip", terms), elements).compactMap { text, element in
        guard ClusterKeys.skippable.contains(text) else {
          terms.problems.add(
            element.place.error(
              "\"skip\" knows no option \(quoted(text))",
              "it may list: \(ClusterKeys.skippable.joined(separator: ", "))"))
          return nil
        }
        return text
      })
  }
}
