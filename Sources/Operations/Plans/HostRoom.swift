import Basics
import Devices
import Findings
import Kernels
import SweepModel

/// What a plan says of what jobs need beyond what the hosts have.
struct PlanNote {
  let text: String
  /// Whether jobs can run nowhere because of it.
  let isObstacle: Bool

  init(_ text: String, isObstacle: Bool = false) {
    self.text = text
    self.isObstacle = isObstacle
  }
}

/// What a host has for jobs, as far as it is known before it is asked.
struct HostRoom {
  let name: String
  /// The pool that lends it; nil for a host that is there.
  private let pool: String?
  /// What jobs may take there: no cores for a host of a cluster file that states none, and no memory
  /// where nothing tells.
  let has: Amounts
  /// Only the host itself can say how many GPUs it has.
  let hasUnknownGPUs: Bool

  /// The cluster file's figures, and this machine's own where it is the host. A worker leaves a tenth
  /// of its machine's memory free.
  init(_ host: HostSpec) {
    name = host.pool.map { "the pool \($0)" } ?? host.name
    pool = host.pool
    let own = host.access == .local && host.pool == nil ? MachineLimits.current : nil
    let devices = own == nil ? Devices() : DeviceSearch.here.find()
    has = host.capacity(
      Amounts(threads: own?.cores ?? 0, memoryBytes: (own?.memoryBytes ?? 0) / 10 * 9), devices)
    hasUnknownGPUs =
      own == nil && host.limits[Device.resource] == 0
      && !host.withheld.contains(Device.resource)
  }

  /// Whether it may have, as far as is known, what a job needs by name.
  private func mayHold(_ needs: Amounts) -> Bool {
    var known = needs
    if hasUnknownGPUs { known[Device.resource] = 0 }
    return known.namedFit(in: has)
  }

  /// Whether it has, as far as is known, the memory that a job needs.
  private func mayBear(_ needs: Amounts) -> Bool {
    has.memoryBytes == 0 || needs.memoryBytes <= has.memoryBytes
  }

  /// Refuses jobs that need more of something by name than any host has, or more memory than any machine
  /// where batch systems lend some: they would wait for ever.
  ///
  /// - Returns: what a person should know of those that run.
  static func check(_ needs: Amounts, on hosts: [HostSpec]) throws -> [String] {
    let rooms = hosts.map(HostRoom.init)
    guard needs.named.isEmpty || rooms.contains(where: { $0.mayHold(needs) }) else {
      throw CommandError(
        "a job needs \(needs.namedText), and " + lack(needs, rooms) + poolLimits(rooms),
        remedy: remedy(
          rooms, "state what hosts have in the cluster file (such as gpu: 4)", for: needs))
    }
    guard rooms.contains(where: { $0.pool != nil }),
      !rooms.contains(where: { $0.mayHold(needs) && $0.mayBear(needs) })
    else { return threadNotes(needs.threads, rooms).map(\.text) }
    throw CommandError(
      "a job needs \(describeBytes(needs.memoryBytes)) of memory"
        + (needs.named.isEmpty ? "" : " and \(needs.namedText)")
        + ", which is more than any machine has" + poolLimits(rooms),
      remedy: remedy(rooms, "name a larger host"))
  }

  private static func remedy(
    _ rooms: [HostRoom], _ ofHosts: String, for needs: Amounts = Amounts()
  ) -> String {
    let isOthers = needs.named.contains { $0.name != Device.resource }
    let ofPools =
      isOthers
      ? "name a host that has it: pools ask for cores, memory and GPUs alone"
      : "let a pool ask for more"
    let first = rooms.contains { $0.pool != nil } ? ofPools : ofHosts
    return first + ", or lower it under resources of the sweep"
  }

  /// What pools ask for, as the end of a sentence.
  private static func poolLimits(_ rooms: [HostRoom]) -> String {
    var seen: Set<String> = []
    let texts = rooms.filter { $0.pool != nil && seen.insert($0.name).inserted }.map { room in
      var parts = [counted(room.has.threads, "core")]
      if room.has.memoryBytes > 0 { parts.append(describeBytes(room.has.memoryBytes)) }
      if !room.has.named.isEmpty { parts.append(room.has.namedText) }
      return "\(room.name) asks for \(parts.joined(separator: ", ")) each"
    }
    return texts.isEmpty ? "" : " (\(texts.joined(separator: "; ")))"
  }

  /// What the hosts lack of what a job needs by name, as the end of a sentence.
  private static func lack(_ needs: Amounts, _ hosts: [HostRoom]) -> String {
    let known = Array(Set(hosts.flatMap { $0.has.named.map(\.name) })).sorted()
    for entry in needs.named {
      let most = hosts.map { $0.has[entry.name] }.max() ?? 0
      guard most < entry.amount else { continue }
      if most > 0 { return "no host has more than \(most) \(entry.name)" }
      let near = NearestWord.of(entry.name, in: known).map { " (did you mean \"\($0)\"?)" } ?? ""
      return "no host of the run has any \(entry.name)\(near)"
    }
    return "no host has them together"
  }

  /// For how many jobs at once there is what they need by name; nil where they need nothing so.
  static func places(_ needs: Amounts, _ hosts: [HostRoom]) -> Int? {
    guard !needs.named.isEmpty, !asksHosts(needs, hosts) else { return nil }
    var named = needs
    (named.threads, named.memoryBytes) = (0, 0)
    return hosts.reduce(0) { $0 + (named.multiples(in: $1.has) ?? 0) }
  }

  /// Whether hosts have to be asked how many jobs they have room for.
  private static func asksHosts(_ needs: Amounts, _ hosts: [HostRoom]) -> Bool {
    needs[Device.resource] > 0 && hosts.contains { $0.hasUnknownGPUs && $0.mayHold(needs) }
  }

  /// What waits for what has a name.
  static func namedNotes(_ needs: Amounts, _ hosts: [HostRoom]) -> [PlanNote] {
    if asksHosts(needs, hosts) {
      return [
        PlanNote(
          "a job needs \(needs.namedText); hosts without `gpu` in the cluster file are asked when a "
            + "run begins (`quanta workers check` shows what they have)")
      ]
    }
    guard let places = places(needs, hosts) else { return [] }
    guard places > 0 else {
      return [
        PlanNote(
          "no job can run: a job needs \(needs.namedText), and " + lack(needs, hosts)
            + poolLimits(hosts), isObstacle: true)
      ]
    }
    let all = hosts.reduce(Amounts()) { $0 + $1.has }
    let total = needs.named.map { "\(all[$0.name]) \($0.name)" }.joined(separator: " and ")
    return [
      PlanNote(
        "a job needs \(needs.namedText) of \(total): at most \(counted(places, "job")) at once, the "
          + "others wait for that")
    ]
  }

  /// What happens to jobs of more threads than hosts have cores; nothing while one may have enough.
  static func threadNotes(_ threads: Int, _ hosts: [HostRoom]) -> [PlanNote] {
    let cores = hosts.map(\.has.threads)
    guard !cores.contains(0), let most = cores.max(), threads > most else { return [] }
    return [
      PlanNote(
        "\(threads) threads a job are more than \(whose(hosts)) \(counted(most, "core")): "
          + "a job gets all cores of a host, and runs alone there")
    ]
  }

  /// What happens to jobs of more memory than hosts have.
  static func memoryNotes(largest: Int, smallest: Int, _ hosts: [HostRoom]) -> [PlanNote] {
    let small = hosts.filter { (1..<max(1, largest)).contains($0.has.memoryBytes) }
    guard let most = small.map(\.has.memoryBytes).max() else { return [] }
    let need = describeBytes(largest)
    guard small.count == hosts.count else {
      let places = Set(small.map(\.name)).sorted()
      let names = places.prefix(3).joined(separator: ", ")
      let more = places.count > 3 ? " and \(places.count - 3) more hosts" : ""
      return [
        PlanNote(
          "jobs of \(need) do not fit on \(names)\(more) (at most \(describeBytes(most)) there); "
            + "they run on other hosts")
      ]
    }
    let which = smallest > most ? "no job can run" : "some jobs can run nowhere"
    return [
      PlanNote(
        "\(which): \(need) of memory a job are more than \(whose(hosts)) \(describeBytes(most)) "
          + "for jobs\(poolLimits(hosts)); "
          + (hosts.contains { $0.pool != nil } ? "let a pool ask for more" : "name a larger host")
          + ", or lower what a job needs", isObstacle: true)
    ]
  }

  private static func whose(_ hosts: [HostRoom]) -> String {
    Set(hosts.map(\.name)).count == 1 ? "\(hosts[0].name)'s" : "any host's"
  }
}
