import Basics
public import SweepModel

/// Reads sweep files: YAML text to a checked ``Sweep``.
///
/// Responsible for the file's grammar, types, ranges, places of errors, and the grid's expansion.
/// What a parameter means is the workload's signature's to say; nothing here runs a job.
public enum SweepFile {
  /// The most jobs that one sweep may have; counted before anything is allocated.
  public static let maximumJobs = 1_000_000

  /// Reads a file's text; throws when it is missing, unreadable, larger than 4 MiB or not UTF-8.
  /// Where there is no `widths.yml`, `widths.yaml` is meant, and the other way round.
  public static func read(
    path: String, overrides: [String] = []
  ) throws(FileError) -> SweepSource {
    let remedy = "\"quanta presets\" lists ready sweeps, \"quanta new PRESET\" prints one"
    let found = TextFile.withEitherEnding(path)
    let text = try TextFile.read(found, missing: TextFile.nearest(to: path) ?? remedy)
    return SweepSource(origin: found, text: text, overrides: overrides)
  }

  /// The file that a path means, with either ending of YAML files; nil where there is none, and for a
  /// folder: one may well have a sweep's name.
  public static func existing(_ path: String) -> String? {
    TextFile.existing(path)
  }

  /// Parses and checks a sweep and expands its grid.
  ///
  /// Throws a ``FileError`` at the line and column of the first thing that is wrong, or naming the
  /// `--set` or `--add` argument; whatever else can be told to be wrong comes with it. The sweep's
  /// source keeps the overrides that still count.
  ///
  /// - Parameter isStored: True for a text that a store keeps: exclusions that match nothing and
  ///   points that leave an axis out, which earlier versions let pass, then mean what they meant.
  public static func parse(
    source: SweepSource, workloads: WorkloadCatalog,
    data: DataFinder = DataSet.named, isStored: Bool = false
  ) throws(FileError) -> Sweep {
    try outline(source: source, workloads: workloads, data: data, isStored: isStored).sweep()
  }

  /// As ``parse(source:workloads:data:isStored:)``, but makes no job yet. What is wrong with single
  /// points is found when they are made.
  public static func outline(
    source: SweepSource, workloads: WorkloadCatalog,
    data: DataFinder = DataSet.named, isStored: Bool = false
  ) throws(FileError) -> SweepOutline {
    let problems = Problems()
    let root = try YAMLReader.read(source.text, file: source.origin, problems)
    let fields = try top(root, workloads, problems)
    checkMethod(fields)
    let changes = OverrideList(source.overrides)
    var name = name(fields) ?? ""
    _ = fields.text("description")
    let resources = problems.trying(try resources(fields)) ?? Resources()
    let retries = problems.trying(try retries(fields)) ?? RetryPolicy()
    // The rest is read against the workload. That there is none is told already.
    if SweepTerms.name(fields.entries) == nil { try problems.check() }
    let named = problems.trying(try workload(fields, workloads) { terms(root, source.overrides) })
    guard let plain = named ?? meant(fields, workloads) else {
      try problems.check()
      preconditionFailure("a workload that cannot be read is a problem")
    }
    let keep = problems.trying(
      try KeepReader.read(fields, changes.replacements, for: plain.name, workloads))
    let kept = (keep ?? nil).flatMap { workloads[plain.name]?.keeping?($0.rule) }
    let signature = kept ?? plain
    var draft = SweepDraft(
      signature: signature, place: fields.place, keepPlace: keep??.place, isStored: isStored)
    draft.read(fields, problems)
    _ = fits(fields, draft)
    if !isStored, !changes.renames, let problem = SweepName.reserved(name, for: signature),
      let place = fields["name"]?.place
    {
      problems.add(place.error("\"name\" \(problem)", SweepName.remedy))
    }
    try problems.check()
    for argument in changes.replacements {
      if let rename = problems.trying(try draft.apply(Override(argument))) ?? nil { name = rename }
    }
    for argument in changes.additions { _ = problems.trying(try draft.add(Addition(argument))) }
    try problems.check()
    let folders = try draft.resolve(data, known: source.data)
    let fits = fits(fields, draft)
    try problems.check()
    return SweepOutline(
      draft: draft, name: name, resources: resources, retries: retries,
      fits: fits, changes: changes,
      source: SweepSource(
        origin: source.origin, text: source.text, overrides: changes.texts, data: folders))
  }

  /// A source with only the overrides that still count: of each key the last one.
  public static func settled(_ source: SweepSource) -> SweepSource {
    SweepSource(
      origin: source.origin, text: source.text, overrides: OverrideList(source.overrides).texts,
      data: source.data)
  }

  /// Throws where a command line cannot be meant: `--set` of one key twice.
  public static func check(overrides: [String]) throws(FileError) {
    try OverrideList.check(overrides)
  }

  /// The name that `--set name=` among some overrides gives; nil without one.
  public static func name(in overrides: [String]) throws(FileError) -> String? {
    let renaming = try OverrideList(overrides).replacements.map { argument throws(FileError) in
      try Override(argument)
    }.last { $0.key == "name" }
    return renaming?.value.text
  }

  /// Why a sweep of a workload cannot be given a name, as the end of a sentence; nil when it can.
  public static func problem(ofName name: String, for workload: String) -> String? {
    SafeName.problem(name) ?? SweepName.reserved(name, for: workload)
  }

  /// The name that a sweep file gives its sweep, without looking at anything else in it: quick for
  /// a grid of any size. Throws as ``parse(source:workloads:)`` does, for what concerns the name.
  public static func name(of source: SweepSource) throws(FileError) -> String {
    let problems = Problems()
    let root = try YAMLReader.read(source.text, file: source.origin, problems)
    let fields = try Fields(root, SweepKeys.table(of: root), problems) { SweepKeys.home(of: $0) }
    // Keys that are wrong are told with all that is wrong, by who reads the whole file.
    guard let name = name(fields) else {
      try problems.check()
      preconditionFailure("a name that cannot be read is a problem")
    }
    return try self.name(in: source.overrides) ?? name
  }

  /// The sweep's name; of a W&B file without one that of its script.
  private static func name(_ fields: Fields) -> String? {
    if fields["name"] != nil { return fields.safeName("name") }
    guard let program = fields.entries.first(where: { $0.key == "program" })?.value.text else {
      return nil
    }
    let file = program.split(separator: "/").last.map(String.init) ?? program
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    return SafeName.problem(stem) == nil ? stem : "command"
  }

  /// The top level, with words for keys that belong elsewhere in the file.
  private static func top(
    _ root: YAMLValue, _ workloads: WorkloadCatalog, _ problems: Problems
  ) throws(FileError) -> Fields {
    var signature: WorkloadSignature?
    if case .mapping(let entries) = root.content {
      signature = SweepTerms.name(entries).flatMap { workloads[$0]?.signature }
    }
    return try Fields(root, SweepKeys.table(of: root), problems) {
      SweepKeys.home(of: $0, signature)
    }
  }

  /// What a source says to its workload; nil where it cannot be read so far.
  public static func terms(of source: SweepSource) -> SweepTerms? {
    let root = try? YAMLReader.read(source.text, file: source.origin, Problems())
    return root.flatMap { terms($0, source.overrides) }
  }

  private static func terms(_ root: YAMLValue, _ overrides: [String]) -> SweepTerms? {
    guard case .mapping(let entries) = root.content else { return nil }
    return SweepTerms(entries, overrides: overrides) {
      // What is wrong here is told by who reads the file's top level.
      (try? Fields(root, SweepKeys.command, Problems())).flatMap { try? CommandReader.options($0) }
    }
  }

  private static func checkMethod(_ fields: Fields) {
    guard let value = fields["method"], value.text != "grid" else { return }
    fields.problems.add(
      value.place.error(
        "\"method\" must be grid, found \(value.found): Quanta runs every point of the grid",
        "write \"method: grid\" or leave it out; `quanta run SWEEP --until RULE` ends a run early"))
  }

  /// The fits, read against what varies now.
  private static func fits(_ fields: Fields, _ draft: SweepDraft) -> [FitRequest] {
    let reader = FitReader(
      signature: draft.signature, axes: draft.axisNames, isStored: draft.isStored,
      problems: fields.problems)
    return fields["fits"].map(reader.fits) ?? []
  }

  private static func workload(
    _ fields: Fields, _ workloads: WorkloadCatalog, terms: () -> SweepTerms?
  ) throws(FileError) -> WorkloadSignature {
    let value = fields["workload"] ?? YAMLValue(content: .null, place: fields.place)
    guard let name = SweepTerms.name(fields.entries) else {
      throw fields.wrong("workload", "a name", value)
    }
    if name == CommandSpec.workload { _ = try CommandReader.options(fields) }
    guard let entry = workloads[name] else {
      throw value.place.error(
        "unknown workload \(quoted(name))", NearestWord.remedy(for: name, in: workloads.names))
    }
    guard let make = entry.make, let terms = terms() else {
      guard value.text != nil else { throw fields.wrong("workload", "a name", value) }
      return entry.signature
    }
    do throws(ParameterProblem) {
      return try make(terms)
    } catch {
      let place = fields.entries.first { $0.key == error.parameter }?.value.place
      throw (place ?? value.place).error(error.message)
    }
  }

  /// The workload that a misspelt name means, against which the rest of the file is read.
  private static func meant(
    _ fields: Fields, _ workloads: WorkloadCatalog
  ) -> WorkloadSignature? {
    fields["workload"]?.text.flatMap { NearestWord.of($0, in: workloads.names) }
      .flatMap { workloads[$0]?.signature }
  }

  private static func resources(_ file: Fields) throws(FileError) -> Resources {
    guard let value = file["resources"] else { return Resources() }
    let fields = try Fields(
      value, SweepKeys.resources, file.problems, example: "{threads: 2, memory: 1GiB, timeout: 24h}"
    ) { SweepKeys.home(of: $0) }
    let timeout = fields.duration("timeout")
    if let timeout, timeout <= 0, let value = fields["timeout"] {
      file.problems.add(
        value.place.error("\"timeout\" must be above 0s", "leave it out for no limit"))
    }
    var amounts = fields.counts()
    amounts.threads = fields.integer("threads") ?? 0
    amounts.memoryBytes = fields.size("memory") ?? 0
    return Resources(amounts, timeoutSeconds: timeout)
  }

  private static let retriesExample = "write for example 3 or {max: 3, backoff: 30s}"

  private static func retries(_ file: Fields) throws(FileError) -> RetryPolicy {
    var policy = RetryPolicy()
    guard let value = file["retries"] else { return policy }
    switch value.content {
    case .mapping: break
    case .scalar:
      do throws(FileError) {
        policy.maximum = try value.integer(in: SweepKeys.retryRange, name: "retries")
      } catch {
        throw value.place.error(error.message, retriesExample)
      }
      return policy
    default:
      throw value.place.error(
        "\"retries\" must be a number or a mapping, found \(value.found)",
        retriesExample)
    }
    let fields = try Fields(value, SweepKeys.retries, file.problems) { SweepKeys.home(of: $0) }
    if let maximum = fields.integer("max") { policy.maximum = maximum }
    if let backoff = fields.duration("backoff") { policy.backoffSeconds = backoff }
    return policy
  }
}
