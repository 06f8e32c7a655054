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
    ("attach: [run, \"{pilot}\", \"{node}\"]", "own.yaml:11:26: \"attach\" has no value \"node\""),
    ("attach: run beside", "write [\"run\", \"beside\"]"),
    ("find: [\"\", x]", "own.yaml:11:7: \"find\" begins with no program"),
    ("options: [{x: \"--x={pilot}\"}]", "own.yaml:11:15: \"options\" has no value \"pilot\""),
    ("exclude: {node: x, between: y}", "\"exclude\" must write a node with {node}"),
    (
      "keys: {q: x}\ntest: [give, \"{q}\"]",
      "own.yaml:12:14: \"test\" wants a value that a pool may"
    ),
    ("keys: {q: {what: x, needed: true}}\ntest: [give, \"{q}\"]", "valid"),
    ("keys: {q: x}\nparts: {w: \"--q={q}\"}\ntest: [give, \"{w}\"]", "valid"),
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
    ("cancel: [take, \"{pilots}\"]", "cancel: []", "own.yaml:9:9: \"cancel\" is empty"),
    ("submit: [give]", "submit: give all", "own.yaml:3:9: \"submit\" must be a list of words"),
    (
      "{found}", "{memory}",
      "own.yaml:5:16: \"status\" wants a value that a pool may lack: \"memory\""
    ),
    ("pilot: \"{job}\"", "pilot: x", "own.yaml:8:8: \"pilot\" must name an allocation by its job"),
    ("pilot: \"{job}\"", "pilot: \"{job}.{name}\"", "it knows no other value"),
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
        - {lsf: {time: 4h, cores: 8, project: lab}, folder: /b}
        - {sge: {time: 4h, cores: 8, pe: mpi, skip: [mem, wd]}, folder: /c}
        - {oar: {time: 4h, cores: 8}, folder: /d}
        - {flux: {time: 4h, cores: 8, bank: lab}, folder: /e}
        - {htcondor: {time: 4h, cores: 8, extra: +WantGPU = true}, folder: /f}
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
    ("pools: [{pbs: {time: 4h, cores: 1, gpu: 1}}]", "write gpus: how many"),
    ("pools: [{pbs: {walltime: 4h, cores: 1}}]", "write time, such as time: 4h"),
    ("pools: [{pbs: {time: 4h, ntasks: 1}}]", "write cores: those of each allocation"),
    ("pools: [{pbs: {time: 4h, cores: 1, nodes: 3}}]", "write count: the most allocations"),
    (
      "pools: [{pbs: {time: 4h, cores: 1}, memory: 1GiB}]",
      "it belongs under the batch system's name"
    ),
    ("pools: [{pbs: {time: 4h, cores: 1}, user: kim}]", "it belongs to the login host"),
    (
      "pools: [{slurm: {time: 4h, cores: 1}, folder: /p%u}]",
      "cluster.yaml:1:47: Slurm takes % and \\ in names of files for something else"
    ),
    ("pools: [{lsf: {time: 4h, cores: 1}, folder: 'a%'}]", "\"folder\" must begin with"),
    ("pools: [{pbs: {time: 4h, cores: 1}, folder: /p%u}]", "valid"),
    (
      "pools: [{slurm: {time: 4h, cores: 1}, login: {host: a, cores: 4}}]",
      "cluster.yaml:1:56: \"login\" has \"cores\", and no job runs there"
    ),
    ("pools: [{slurm: {time: 4h, cores: 1}, login: 4/kim@a}]", "\"login\" has \"cores\""),
    (
      "pools: [{slurm: {time: 4h, cores: 1}}, {pbs: {time: 4h, cores: 1}}]",
      "cluster.yaml:1:40: the pools \"slurm\" and \"pbs\" of different batch systems"
    ),
    (
      "pools: [{slurm: {time: 4h, cores: 1}}, {pbs: {time: 4h, cores: 1}, login: b}]",
      "of different login hosts, which number allocations alike, have one folder: \"~/.quanta\""
    ),
    (
      "pools: [{slurm: {time: 4h, cores: 1}, login: a, folder: /x}, {pbs: {time: 4h, cores: 1}, login: b, folder: /y/.././x}]",
      "have one folder: \"/y/.././x\""
    ),
    (
      "pools: [{slurm: {time: 4h, cores: 1}, login: a}, {slurm: {time: 4h, cores: 1}, login: b, name: c}]",
      "cluster.yaml:1:50: the pools \"slurm\" and \"c\" of different login hosts"
    ),
    (
      "pools: [{slurm: {time: 4h, cores: 1}, login: a}, {pbs: {time: 4h, cores: 1}, login: b, folder: /b}]",
      "valid"
    ),
    (
      "pools: [{slurm: {time: 4h, cores: 1}}, {slurm: {time: 4h, cores: 1}, name: b}]", "valid"
    ),
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
