import SweepModel
import Testing

@testable import SweepFiles

/// Files that describe batch systems, and the pools that name them.
@Suite struct SystemFileTests {
  private static let plain = """
    name: own
    title: Own
    submit: [give]
    answer: '(?<job>\\d+)'
    status: [show, "{found}"]
    entry: '(?<job>\\d+) (?<state>\\w+)'
    states: {pending: Q, running: R}
    pilot: "{job}"
    cancel: [take, "{pilots}"]
    script: {job: $JOB}
    """

  private func failure(_ text: String) -> String {
    do throws(FileError) {
      _ = try SystemReader.parse(text: text, origin: "own.yaml")
      return "valid"
    } catch {
      return error.description
    }
  }

  @Test func systems_areRead_andSayWhatWasNeverTried() {
    #expect(
      BatchSystems.all.map(\.name) == [
        "slurm", "pbs", "lsf", "sge", "oar", "flux", "htcondor", "kubernetes",
      ])
    #expect(BatchSystems.all.filter { $0.untried == nil }.map(\.name) == ["slurm"])
    for system in BatchSystems.all {
      #expect(system.states.values.contains(.pending), "\(system.name)")
      #expect(system.states.values.contains(.running), "\(system.name)")
      #expect(system.refusals.contains { !$0.isFinal }, "\(system.name)")
      #expect(system.refusals.contains { $0.isFinal }, "\(system.name)")
      #expect(!system.skippable.isEmpty && !system.example.isEmpty, "\(system.name)")
      #expect(Set(system.skippable).count == system.skippable.count, "\(system.name)")
    }
  }

  @Test(arguments: [
    ("", "missing key \"name\""),
    (
      "options: [\"--x={nowhere}\"]",
      "own.yaml:11:11: \"options\" wants a value that is none: \"nowhere\""
    ),
    ("find: [list, \"{{state}}\"]", "valid"),
    ("begins: [a]", "\"begins\" must be a text"), ("colour: red", "unknown key \"colour\""),
    ("options: [{a: 1, b: 2}]", "an option has one name"),
    ("reasons: [{says: x}]", "missing key \"means\""),
    ("array: {first: 2}", "\"first\" must be"),
    (
      "array: {first: 1}",
      "own.yaml:11:8: \"array\" is there, and nothing says how many are submitted; write {count}"
    ),
    ("array: {first: 1}\noptions: [[-J, \"1-{last}\"]]", "valid"),
    ("keys: {time: x}", "own.yaml:11:8: \"keys\" has a name that every system has: \"time\""),
    (
      "limits: [{ask: [a], entry: '(?<plcae>x)'}]",
      "unknown group \"plcae\"; did you mean \"place\"?"
    ),
    ("limits: [{ask: [a, \"{user}\"], entry: '(?<place>x) (?<own>y)'}]", "unknown group \"own\""),
    ("keys: {own: x}\nlimits: [{ask: [a, \"{user}\"], entry: '(?<place>x) (?<own>y)'}]", "valid"),
    ("limits: [{entry: x}]", "missing key \"ask\""),
  ])
  func mistake_isNamedAtItsPlace(line: String, part: String) {
    let text = line.isEmpty ? "title: x" : Self.plain + "\n" + line
    #expect(failure(text).contains(part), "\(failure(text))")
  }

  @Test(arguments: [
    ("(?<job>\\d+)'\nstatus", "\\d+'\nstatus", "own.yaml:4:9: \"answer\" has no group \"job\""),
    (
      " (?<state>\\w+)", "",
      "own.yaml:6:8: \"entry\" has no group \"state\"; write for example (?<state>"
    ),
    (
      "(?<state>", "(?<sate>",
      "own.yaml:6:8: \"entry\" has an unknown group \"sate\"; did you mean \"state\"?"
    ),
    (
      "status: [show, \"{found}\"]", "find: [list]\nstatus: [show]",
      "own.yaml:6:9: \"status\" has no use for what \"find\" lists"
    ),
    ("pending: Q, ", "", "own.yaml:7:9: \"states\" has no word for pending"),
    ("{pilots}", "all", "own.yaml:9:9: \"cancel\" names no allocation; write {pilots}"),
    ("cancel: [take, \"{pilots}\"]\n", "", "missing key \"cancel\" in a batch system's file"),
  ])
  func lack_isNamedAtItsPlace(old: String, new: String, part: String) {
    let text = Self.plain.replacing(old, with: new)
    #expect(text != Self.plain)
    #expect(failure(text).contains(part), "\(failure(text))")
  }

  @Test func patternThatIsNone_isNamed() {
    #expect(
      failure(Self.plain.replacing("(?<job>\\d+)'", with: "(?<job>\\d+'"))
        .contains("\"answer\" is no regular expression"))
  }

  private func pools(_ text: String) throws(FileError) -> [PoolSpec] {
    try ClusterFile.parse(text: text, origin: "cluster.yaml").pools
  }

  private func poolFailure(_ text: String) -> String {
    do throws(FileError) {
      _ = try pools(text)
      return "valid"
    } catch {
      return error.description
    }
  }

  @Test func pool_ofEachSystem_isRead() throws {
    let found = try pools(
      """
      pools:
        - pbs: {time: 4h, cores: 8, queue: workq, extra: [-l, place=excl]}
        - lsf: {time: 4h, cores: 8, project: lab}
        - sge: {time: 4h, cores: 8, pe: mpi, skip: [mem, wd]}
        - oar: {time: 4h, cores: 8}
        - flux: {time: 4h, cores: 8, bank: lab}
        - htcondor: {time: 4h, cores: 8, extra: +WantGPU = true}
        - kubernetes: {time: 4h, cores: 8, image: "registry.site:5000/lab/x:1", claim: home}
          folder: /shared/quanta
      """)
    #expect(found.map(\.name) == ["workq", "lsf", "sge", "oar", "flux", "htcondor", "kubernetes"])
    #expect(found[0].request.extra == ["-l", "place=excl"])
    #expect(found[1].request.terms == ["project": "lab"])
    #expect(found[6].request.terms["image"] == "registry.site:5000/lab/x:1")
  }

  @Test(arguments: [
    (
      "pools: [{pbs: {time: 4h, cores: 1, partition: x}}]", "it is a word of Slurm's; PBS has queue"
    ),
    ("pools: [{pbs: {time: 4h, cores: 1, quue: x}}]", "did you mean \"queue\"?"),
    (
      "pools: [{pbs: {time: 4h, cores: 1}, lsf: {time: 4h, cores: 1}}]",
      "names 2 batch systems, pbs, lsf"
    ),
    ("pools: [{pbs: {time: 4h, cores: 1, skip: gres}}]", "it may list: select"),
    ("pools: [{pbs: {time: 4h, cores: 1, queue: \"a b\"}}]", "\"queue\" may hold only letters"),
    ("pools: [{lsf: {time: 4h, cores: 1, extra: [x]}}]", "must list options of bsub"),
    ("pools: [{kubernetes: {time: 4h, cores: 1, claim: x}}]", "missing key \"image\""),
    (
      "pools: [{kubernetes: {time: 4h, cores: 1, claim: x, image: 'a\"b'}}]",
      "cluster.yaml:1:60: \"image\" may hold letters"
    ),
    (
      "pools: [{htcondor: {time: 4h, cores: 1}, folder: \"/a b\"}]",
      "cluster.yaml:1:50: the folder of a pool of HTCondor's may hold"
    ),
    ("pools: [{pbs: {time: 4h, cores: 1}, link: attach}]", "nothing of PBS's begins a command"),
    ("pools: [{pbs: {time: 4h, cores: 1, login: x}}]", "it belongs beside pbs"),
  ])
  func mistakeOfAPool_isNamedAtItsPlace(text: String, part: String) {
    #expect(poolFailure(text).contains(part), "\(poolFailure(text))")
  }

  @Test func schema_knowsThemAll() {
    for system in BatchSystems.all {
      #expect(Schema.cluster().contains("\"\(system.name)\": {"), "\(system.name)")
    }
  }
}
