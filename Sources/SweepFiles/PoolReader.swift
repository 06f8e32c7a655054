import Basics
import SweepModel

/// Reads the entries of `pools:`.
struct PoolReader {
  /// Reads the login hosts.
  let hosts: HostReader
  /// The cluster file, from whose folder other files are named.
  let origin: String

  /// The pools in the file's order; what is wrong with them goes to the fields' problems.
  func pools(_ fields: Fields, besides hosts: [HostSpec]) -> [PoolSpec] {
    guard let value = fields["pools"] else { return [] }
    if case .list(let items) = value.content, items.isEmpty {
      fields.problems.add(
        value.place.error(
          "\"pools\" is empty",
          "write \"pools: [{slurm: {time: 4h, cores: 8, count: 16}}]\", or leave it out"))
      return []
    }
    guard case .list(let items) = value.content else {
      fields.problems.add(
        fields.wrong("pools", "a list such as [{slurm: {time: 4h, cores: 8, count: 16}}]", value))
      return []
    }
    var names = Set(hosts.map(\.name))
    var pools: [PoolSpec] = []
    for item in items {
      guard let pool = fields.problems.trying(try pool(item)) else { continue }
      checkNumbers(of: pool, besides: pools, item, fields.problems)
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
    let fields = try Fields(value, ClusterKeys.pool, problems, home: ClusterKeys.homeOfPool)
    let (system, asked) = try system(of: fields)
    let home = { (key: String) in Self.home(of: key, in: system) }
    let terms = try Fields(asked, ClusterKeys.batch(system), problems, home: home)
    let own = own(terms, of: system)
    let request = BatchRequest(
      of: system, terms: own, seconds: seconds(terms), count: terms.integer("count") ?? 1,
      extra: options(terms, of: system), skip: skipped(terms, of: system),
      setup: lines("setup", fields), callsPerMinute: terms.integer("calls") ?? 30)
    var login = problems.trying(try login(fields)) ?? HostSpec(name: "this machine", access: .local)
    login.place = value.place.text
    login.workFolder = folder(fields) ?? login.workFolder
    login.limits.threads = terms.integer("cores") ?? 1
    login.limits.memoryBytes = terms.size("memory") ?? 0
    login.limits[Device.resource] = Amount(terms.integer("gpus") ?? 0)
    checkFolder(fields, login, of: system)
    // By its partition or queue, which a system's keys begin with.
    let partition = system.terms.first.flatMap { $0.isAddress ? nil : own[$0.name] }
    let name =
      fields.safeName("name") ?? partition.map { String($0.map { $0 == "," ? "-" : $0 }) }
      ?? system.name
    let link = fields.word("link").flatMap(PilotLink.init(rawValue:)) ?? .auto
    if link == .attach, system.attach.isEmpty, let value = fields["link"] {
      problems.add(
        value.place.error(
          "nothing of \(system.title)'s begins a command beside a pilot",
          "write \"link: relay\", or leave it out"))
    }
    try problems.check()
    return PoolSpec(name: name, login: login, request: request, link: link)
  }

  /// What allocations leave in a folder is called by numbers, which two systems may give twice; and
  /// what one does not know as alive counts as over. Whether two login hosts see one folder, no file says.
  private func checkNumbers(
    of pool: PoolSpec, besides others: [PoolSpec], _ item: YAMLValue, _ problems: Problems
  ) {
    let (system, login) = (pool.request.system, pool.login)
    let folder = Self.plain(login.workFolder)
    let twins = others.filter { Self.plain($0.login.workFolder) == folder }
    let twin = twins.first {
      $0.login.access != login.access
        || ($0.request.system.name, $0.request.system.origin) != (system.name, system.origin)
    }
    guard let twin else { return }
    let kind = twin.login.access == login.access ? "batch systems" : "login hosts"
    problems.add(
      item.place.error(
        "the pools \(quoted(twin.name)) and \(quoted(pool.name)) of different \(kind), which number "
          + "allocations alike, have one folder: \(quoted(login.workFolder))",
        "give one of them a \"folder\" of its own"))
  }

  /// A path without what leads nowhere else.
  private static func plain(_ path: String) -> [Substring] {
    path.split(separator: "/").reduce(into: []) { parts, part in
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
  }

  /// A folder becomes a part of what a system reads, where quotes would end it, or of names of files in
  /// which it puts numbers in place of some characters.
  private func checkFolder(_ fields: Fields, _ login: HostSpec, of system: BatchSystem) {
    let folder = login.workFolder
    let names = (system.submit + system.options.flatMap(\.words)).flatMap(Template.names)
    if names.contains(where: ["folder", "sessionFolder"].contains),
      folder.contains(where: "%\\".contains)
    {
      fields.problems.add(
        (fields["folder"]?.place ?? fields.place).error(
          "\(system.title) takes % and \\ in names of files for something else: no folder of its pools may "
            + "hold them, found \(quoted(folder))", "name another"))
    }
    guard !system.input.isEmpty, !Self.isAddress(folder.filter { $0 != "~" }) else { return }
    fields.problems.add(
      (fields["folder"]?.place ?? fields.place).error(
        "the folder of a pool of \(system.title)'s may hold letters, digits and . _ : / @ + -, found "
          + quoted(folder)))
  }

  /// The one system that a pool names, or whose file, and what it is asked for.
  private func system(
    of fields: Fields
  ) throws(FileError) -> (system: BatchSystem, asked: YAMLValue) {
    let named = BatchSystems.all.compactMap { system in
      fields[system.name].map { (system: system, asked: $0) }
    }
    if fields["system"] != nil || fields["ask"] != nil {
      guard named.isEmpty else {
        throw fields.place.error(
          "the pool names \(named[0].system.name) and a system of your own",
          "write \(named[0].system.name), or system and ask")
      }
      return try ownSystem(of: fields)
    }
    if named.count == 1 { return named[0] }
    try fields.problems.check()
    let names = BatchSystems.all.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let found = named.map(\.system.name).joined(separator: ", ")
    throw fields.place.error(
      named.isEmpty
        ? "the pool names no batch system"
        : "the pool names \(named.count) batch systems, \(found)",
      "write one of \(names), such as slurm: {time: 4h, cores: 8}, or system: ./own.yaml")
  }

  private func ownSystem(
    of fields: Fields
  ) throws(FileError) -> (system: BatchSystem, asked: YAMLValue) {
    try fields.problems.check()
    guard let value = fields["system"], let asked = fields["ask"] else {
      throw fields.place.error(
        fields["ask"] == nil
          ? "the pool says no \"ask\", what its system is asked for"
          : "the pool says no \"system\", the file that describes whom it asks",
        "write for example {system: ./own.yaml, ask: {time: 4h, cores: 8}}")
    }
    guard let path = fields.address("system") else {
      try fields.problems.check()
      throw fields.wrong("system", "a file, such as ./own.yaml", value)
    }
    let folder = origin.lastIndex(of: "/").map { String(origin[...$0]) } ?? ""
    let file =
      path.hasPrefix("/") ? path : folder + (path.hasPrefix("./") ? path.dropFirst(2) : path[...])
    let text: String
    do throws(FileError) {
      text = try TextFile.read(file, missing: TextFile.nearest(to: file))
    } catch {
      throw value.place.error(
        "\"system\": \(error.file): \(error.message)",
        error.remedy ?? "`quanta workers system pbs >own.yaml` makes one to begin with")
    }
    var system = try SystemReader.parse(text: text, origin: file)
    system.origin = file
    return (system, asked)
  }

  /// Where a key belongs that is unknown under a system, as a remedy.
  private static func home(of key: String, in system: BatchSystem) -> String? {
    let others = BatchSystems.all.filter { $0.terms.contains { $0.name == key } }
    guard let other = others.first, NearestWord.of(key, in: system.terms.map(\.name)) == nil else {
      return ClusterKeys.pool.names.contains(key)
        ? "it belongs beside \(system.origin.isEmpty ? system.name : "ask")"
        : ClusterKeys.homeInAsk(of: key)
    }
    return "it is a word of \(other.title)'s; \(system.title) has "
      + (system.terms.map(\.name) + ["extra"]).joined(separator: ", ")
  }

  /// The values of the system's own keys.
  private func own(_ terms: Fields, of system: BatchSystem) -> [String: String] {
    system.terms.reduce(into: [:]) { values, term in
      guard let value = terms[term.name] else { return }
      guard term.isAddress else {
        values[term.name] = list(term.name, value, terms)
        return
      }
      guard let text = value.text, Self.isAddress(text) else {
        terms.problems.add(
          value.place.error(
            "\"\(term.name)\" may hold letters, digits and . _ : / @ + -, found \(value.found)"))
        return
      }
      values[term.name] = text
    }
  }

  /// A name, or several with commas between, of which the system chooses.
  private func list(_ name: String, _ value: YAMLValue, _ terms: Fields) -> String? {
    let names = value.text?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    guard names.count > 1, names.allSatisfy({ SafeName.problem(String($0)) == nil }) else {
      return terms.safeName(name)
    }
    return names.joined(separator: ",")
  }

  private static func isAddress(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20)
          || "._:/@+-".utf8.contains($0)
      }
  }

  /// Batch systems count minutes, and a worker needs a while to begin and to leave.
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
    guard let value = fields["login"] else { return HostSpec(name: "this machine", access: .local) }
    checkLogin(value, fields.problems)
    let found = try hosts.hosts(value)
    guard let host = found.first, found.count == 1 else {
      throw value.place.error("\"login\" must be one host, found \(found.count)")
    }
    return host
  }

  /// Nothing of Quanta's jobs runs there.
  private func checkLogin(_ value: YAMLValue, _ problems: Problems) {
    let places: [(name: String, place: Place)]
    if case .mapping(let entries) = value.content {
      places = entries.filter { ClusterKeys.ofJobs.contains($0.key) }.map { ($0.key, $0.keyPlace) }
    } else {
      places = value.text?.contains("/") == true ? [("cores", value.place)] : []
    }
    for (name, place) in places {
      problems.add(
        place.error(
          "\"login\" has \"\(name)\", and no job runs there",
          "leave it out: what allocations have stands under the batch system's name"))
    }
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

  /// Options as they stand; each is one word of the command line, or a line of what it reads.
  private func options(_ terms: Fields, of system: BatchSystem) -> [String] {
    let elements = terms["extra"]?.elements ?? []
    let begins = system.example.hasPrefix("-") ? "-" : ""
    return zip(lines("extra", terms), elements).enumerated().compactMap { index, pair in
      let (text, element) = pair
      // What follows an option may be its value.
      guard index > 0 || text.hasPrefix(begins),
        !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
      else {
        terms.problems.add(
          element.place.error(
            "\"extra\" must list options of \(system.submit.first ?? ""), found \(quoted(text))",
            "write for example [\(jsonQuoted(system.example))]"))
        return nil
      }
      if let own = system.reserved.first(where: { Self.gives(text, $0) }) {
        terms.problems.add(
          element.place.error(
            "\"extra\" may not give \(own.filter { $0 != "*" }): Quanta gives its own, by which it finds what "
              + "it has asked for and knows when that ends, found \(quoted(text))",
            "leave it out; `time` and `count` say how long and how many"))
        return nil
      }
      return text
    }
  }

  /// Whether a word gives an option, which may be written short (`--job=x`), or is one that begins as one
  /// with a `*` does (`-Jx`).
  private static func gives(_ word: String, _ option: String) -> Bool {
    if option.hasSuffix("*") { return word.hasPrefix(option.dropLast()) }
    guard option.hasPrefix("--") else { return word == option }
    let name = word.prefix { $0 != "=" }
    return name == option || name.count >= 4 && option.hasPrefix(name)
  }

  private func skipped(_ terms: Fields, of system: BatchSystem) -> Set<String> {
    let elements = terms["skip"]?.elements ?? []
    return Set(
      zip(lines("skip", terms), elements).compactMap { text, element in
        guard system.skippable.contains(text) else {
          terms.problems.add(
            element.place.error(
              "\"skip\" knows no option \(quoted(text))",
              "it may list: \(system.skippable.joined(separator: ", "))"))
          return nil
        }
        return text
      })
  }
}
