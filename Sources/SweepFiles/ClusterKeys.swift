import SweepModel

/// The keys of a cluster file.
enum ClusterKeys {
  /// The top level.
  static let file = KeyTable(
    subject: "a cluster file",
    keys: [
      KeySpec(
        "hosts", .list(.either([.reference("shorthand"), .mapping(host)])),
        "the hosts, such as \"hosts: [local, 16/kim@node1]\"", isRequired: true,
        unless: ["pools"]),
      KeySpec(
        "pools", .list(.mapping(pool)),
        "what batch systems lend, such as \"pools: [{slurm: {partition: cpu, time: 4h, cores: 8, count: 16}}]\""
      ),
      KeySpec("defaults", .mapping(defaults), "what every SSH host has unless it says otherwise"),
      KeySpec(
        "groups", .dictionary(.oneOrMore(.text)),
        "names for several hosts, such as {gpu: \"node[01-04],big\"}; `--hosts gpu` takes these alone"
      ),
    ], allowsExtensions: true)

  private static let shared: [KeySpec] = [
    KeySpec("user", .user, "the user to log in as"),
    KeySpec("port", .integer(1...65_535), "the SSH port"),
    KeySpec("identity", .path, "a private key's path here; ~/ means your home"),
    KeySpec("config", .path, "an OpenSSH client configuration instead of ~/.ssh/config"),
    KeySpec("knownHosts", .path, "a known_hosts file instead of the configured one"),
    KeySpec(
      "engine", .word(SSHEngine.allCases.map(\.rawValue)),
      "what speaks SSH: libssh (if absent), or openssh, the system's ssh program"),
    KeySpec("cores", .integer(1...65_536), "cores to use; all that the host has if absent"),
    KeySpec("memory", .size, "memory to use, such as 64GiB; what the host has if absent"),
    KeySpec(
      "gpu", .either([.integer(KeyTable.counts), .list(.text)]),
      "GPUs that jobs may use, no more than are found, or their tokens, such as [GPU-…, MIG-…], one "
        + "that two jobs may share twice; all that the host has if absent"),
    KeySpec(
      "resources", .counts,
      "what else jobs may use, under any name with how many there are, such as {licence: 2}"),
    KeySpec(
      "nice", .integer(0...19),
      "how far jobs give way to other processes, as of `nice`: 10 takes what others leave"),
    KeySpec("folder", .path, "the work folder on the host; ~/.quanta if absent"),
  ]

  /// The keys of a host that only SSH hosts have.
  static let sshOnly = ["user", "port", "identity", "config", "knownHosts", "engine"]

  /// The keys of a host that say what jobs may use of it.
  static let ofJobs = ["cores", "memory", "gpu", "resources", "nice"]

  /// Of one host.
  static let host = KeyTable(
    subject: "a host",
    keys: [
      KeySpec("name", .names, "the name in tables; the host's if absent"),
      KeySpec(
        "host", .hosts,
        "a host name, an address, or an alias of the OpenSSH configuration; node[01-32,40] are many"
      ),
      KeySpec("local", .flag, "true for this machine"),
    ] + shared, countsOthers: true)

  /// Under `defaults:`.
  static let defaults = KeyTable(
    subject: "\"defaults\"", keys: shared, countsOthers: true)

  /// `[cores/][user@]host[:port]` or `local`, for the JSON Schema.
  static let shorthandPattern =
    "^(\\d+/)?([A-Za-z0-9_][^\\s@/:]*@)?"
    + "(([A-Za-z0-9_]|\(HostRange.pattern))([A-Za-z0-9._-]|\(HostRange.pattern))*"
    + "|\\[[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?\\])(:\\d+)?$"

  /// An entry of `pools:`.
  static let pool = KeyTable(
    subject: "a pool",
    keys: BatchSystems.all.map { system in
      KeySpec(
        system.name, .mapping(batch(system)), "what \(system.title) is asked for, each time")
    } + [
      KeySpec(
        "system", .path,
        "a file of your own that describes a batch system, from the folder of this one, such as ./ourpbs.yaml; "
          + "`quanta workers system pbs` prints one to begin with"),
      KeySpec("ask", .mapping(batch(nil)), "what the system of that file is asked for, each time"),
      KeySpec(
        "name", .name, "the name in tables; that of the partition, queue or system if absent"),
      KeySpec(
        "login", .either([.reference("shorthand"), .mapping(host)]),
        "the host on which the batch system's commands run, such as kim@login; this machine if absent"
      ),
      KeySpec(
        "link", .word(PilotLink.allCases.map(\.rawValue)),
        "how workers are reached: attach, by srun or flux exec, one call each; relay, through one process on "
          + "the login host that they dial, those that cannot by mail; mail, by files in the folder, seconds "
          + "slower; auto (if absent), the first 32 by the command, where there is one, others and those that "
          + "it does not reach through the relay"
      ),
      KeySpec(
        "setup", .oneOrMore(.text),
        "lines of a shell before the worker begins, such as \"module load cuda\""),
      KeySpec(
        "folder", .path,
        "the work folder, which the login host and all machines see; ~/.quanta if absent"),
    ])

  /// Under the name of a batch system; under `ask` where its keys are not known.
  static func batch(_ known: BatchSystem?) -> KeyTable {
    let system = known ?? BatchSystem()
    let command = system.submit.first ?? "what submits"
    let isOwn = known?.origin.isEmpty != true
    return KeyTable(
      subject: isOwn ? "\"ask\"" : "\"\(system.name)\"",
      keys: [
        KeySpec("time", .duration, "how long an allocation lasts, such as 4h", isRequired: true),
        KeySpec("cores", .integer(1...65_536), "cores of each allocation", isRequired: true),
        KeySpec(
          "memory", .size, "memory of each allocation, such as 32GiB; the site's usual if absent"),
        KeySpec("gpus", .integer(KeyTable.counts), "GPUs of each allocation"),
        KeySpec("count", .integer(1...5_000), "the most allocations at once; 1 if absent"),
      ]
        + system.terms.map { term in
          KeySpec(
            term.name, term.isAddress ? .path : .text, term.summary, isRequired: term.isNeeded)
        } + [
          KeySpec(
            "extra", .oneOrMore(.text),
            "further options of \(command)"
              + (system.example.isEmpty ? "" : ", such as [\"\(system.example)\"]")),
          KeySpec(
            "skip", .oneOrMore(known == nil ? .text : .word(system.skippable)),
            "options that this site refuses"),
          KeySpec(
            "calls", .integer(1...600),
            "the most calls of \(system.title)'s commands in a minute; 30 if absent"),
        ], isOpen: known == nil)
  }

  /// Where a key belongs that is unknown at the top level or in a host, as a remedy.
  static func home(of key: String) -> String? {
    if file.names.contains(key) { return "it belongs at the top level" }
    if let remedy = OtherWord.remedy(for: key, among: otherWords) { return remedy }
    if defaults.names.contains(key) { return "it belongs under defaults, or to one host" }
    return SweepKeys.place(of: key).map { "it belongs \($0) of a sweep file" }
  }

  /// The same of a key that is unknown under `defaults:`.
  static func homeOfDefault(_ key: String) -> String? {
    host.names.contains(key) ? "it belongs to one host" : home(of: key)
  }

  /// The same of a key that is unknown in a pool: what is asked for stands a level deeper.
  static func homeOfPool(_ key: String) -> String? {
    let asked = batch(BatchSystem()).names + BatchSystems.all.flatMap { $0.terms.map(\.name) }
    if asked.contains(key) {
      return "it belongs under the batch system's name, such as slurm: {\(key): …}"
    }
    let isHosts = sshOnly.contains(key) || key == "host"
    return isHosts
      ? "it belongs to the login host: login: {host: login, \(key): …}" : homeInAsk(of: key)
  }

  /// The same of a key that is unknown under a batch system's name.
  static func homeInAsk(of key: String) -> String? {
    OtherWord.remedy(for: key, among: askedWords)
      ?? (ofJobs.contains(key) ? "it belongs to a host, none of a batch system's" : home(of: key))
  }

  /// Words of batch systems, and what they are called here.
  private static let askedWords: [OtherWord] = [
    OtherWord(
      "gpu", "gres", "ngpus", "numgpus", "gpuspernode", "gpuspertask",
      remedy: "write gpus: how many each allocation has, such as gpus: 1"),
    OtherWord(
      "walltime", "timelimit", "maxtime", "limit", "duration", "hrt", "runtime", "minutes", "hours",
      remedy: "write time, such as time: 4h"),
    OtherWord(
      "cpu", "cpus", "ncpus", "threads", "slots", "ppn", "ntasks", "tasks", "taskspernode",
      "ntaskspernode", "cpuspertask", "ncores", "numcores", "processors",
      remedy: "write cores: those of each allocation"),
    OtherWord(
      "mem", "ram", "mempercpu", "mempernode", "memorygb", "memgb", "hvmem", "rss",
      remedy: "write memory: that of each allocation, such as memory: 32GiB"),
    OtherWord(
      "nodes", "array", "size", "jobs", "workers", "pilots", "maxjobs", "maxworkers", "allocations",
      remedy: "write count: the most allocations at once, each on one machine"),
    OtherWord(
      "constraint", "exclusive", "reservation", "nodelist", "exclude", "options", "args", "flags",
      "mailuser", "mailtype", "licenses", "features",
      remedy: "write it as an option under extra, such as extra: [\"--constraint=a100\"]"),
  ]

  /// Words of other programs and of SSH, and what they are called here.
  private static let otherWords: [OtherWord] = [
    OtherWord(
      "cpu", "cpus", "threads", "slots", "jobs", "workers", "ncpus", "numcpus", "ncores",
      "numcores", "processors", remedy: "write cores: the cores that jobs may use"),
    OtherWord("mem", "ram", "memorygb", "memgb", remedy: "write memory, such as memory: 64GiB"),
    OtherWord("gpus", "ngpus", "numgpus", "gres", remedy: "write gpu: the GPUs that jobs may use"),
    OtherWord("username", "login", remedy: "write user: the user to log in as"),
    OtherWord("hostname", "address", "addr", "ip", remedy: "write host: a name or an address"),
    OtherWord("sshport", remedy: "write port"),
    OtherWord(
      "identityfile", "key", "keyfile", "sshkey", "privatekey",
      remedy: "write identity: a private key's path here"),
    OtherWord("workdir", "workfolder", "directory", "dir", "path", remedy: "write folder"),
    OtherWord("niceness", "priority", remedy: "write nice, such as nice: 10"),
    OtherWord(
      "timeout", "connecttimeout",
      remedy: "how long to wait for a connection stands in ~/.ssh/config (ConnectTimeout), a job's "
        + "longest time under resources of a sweep file"),
    OtherWord(
      "serveraliveinterval", "serveralivecountmax", "connectionattempts", "compression",
      "controlpersist", "proxyjump", "proxycommand",
      remedy: "options of ssh stand in ~/.ssh/config, or in the file that config names"),
    OtherWord(
      "graceseconds", "checkpointseconds", remedy: "it is an option of a run: `quanta run --help`"),
  ]
}

/// What may stand in an SSH address. Everything else is refused, so that no host or user can pass
/// for an option, a second argument or a control sequence anywhere downstream.
enum SafeAddress {
  /// The shape of a host name with or without ranges, for the JSON Schema.
  static let hostPattern =
    "^([A-Za-z0-9_:]|\(HostRange.pattern))([A-Za-z0-9._:%-]|\(HostRange.pattern))*$"
  /// A user name's shape, for the JSON Schema.
  static let userPattern = "^[A-Za-z0-9_][A-Za-z0-9._+\\\\-]{0,99}$"
  /// A path's shape, for the JSON Schema.
  static let pathPattern = "^[^-\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$"

  /// What is wrong with a host name, as the end of a sentence; nil when it may be used.
  static func hostProblem(_ host: String) -> String? {
    problem(host, allowed: "._:%-", first: "_:", longest: 253, what: "a host name")
  }

  /// What is wrong with a user name, as the end of a sentence; nil when it may be used.
  static func userProblem(_ user: String) -> String? {
    problem(user, allowed: "._+\\-", first: "_", longest: 100, what: "a user name")
  }

  /// What is wrong with a path, as the end of a sentence; nil when it may be used.
  static func pathProblem(_ path: String) -> String? {
    guard let first = path.unicodeScalars.first else { return "must not be empty" }
    guard path.utf8.count <= 4096 else { return "is longer than 4096 bytes" }
    let controls = path.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !controls else { return "must not hold control characters" }
    return first == "-" ? "must not begin with \"-\"" : nil
  }

  private static func problem(
    _ text: String, allowed: String, first: String, longest: Int, what: String
  ) -> String? {
    guard let head = text.unicodeScalars.first else { return "must not be empty" }
    guard text.unicodeScalars.count <= longest else {
      return "must have at most \(longest) characters"
    }
    guard isAlphanumeric(head) || first.unicodeScalars.contains(head) else {
      return "must begin with a letter or a digit"
    }
    for scalar in text.unicodeScalars
    where !isAlphanumeric(scalar) && !allowed.unicodeScalars.contains(scalar) {
      return "holds \(quoted(String(scalar))), which is no part of \(what)"
    }
    return nil
  }

  private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}
