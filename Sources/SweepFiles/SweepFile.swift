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

  /// The file that a path means, with either ending of YAML files; nil where there is none.
  public static func existing(_ path: String) -> String? {
    TextFile.exists(path) ? TextFile.withEitherEnding(path) : nil
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
    source: SweepSource, workloads: [WorkloadSignature],
    images: ImageFinder = ImageSet.named, isStored: Bool = false
  ) throws(FileError) -> Sweep {
    var problems = Problems()
    let root = try YAMLReader.read(source.text, file: source.origin, &problems)
    let fields = try top(root, workloads, &problems)
    try checkMethod(fields, &problems)
    // That there is none is told already.
    if fields["workload"] == nil { try problems.check() }
    guard let signature = problems.trying(try workload(fields, workloads)) else {
      try problems.check()
      preconditionFailure("a workload that cannot be read is a problem")
    }
    var draft = SweepDraft(signature: signature, place: fields.place, isStored: isStored)
    do throws(FileError) {
      try draft.read(fields, &problems)
    } catch {
      problems.add(error)
    }
    // That one is missing is told already.
    var name = fields["name"] == nil ? "" : problems.trying(try self.name(fields)) ?? ""
    let resources = problems.trying(try resources(fields)) ?? Resources()
    let retries = problems.trying(try retries(fields)) ?? RetryPolicy()
    // Fits are read against the grid: where that is wrong, they may be right.
    if problems.isEmpty { _ = problems.trying(try fits(fields, draft)) }
    try problems.check()
    let changes = OverrideList(source.overrides)
    for argument in changes.replacements {
      let override = try Override(argument)
      if let rename = try draft.apply(override) { name = rename }
    }
    for argument in changes.additions { try draft.add(Addition(argument)) }
    let folders = try draft.resolve(images, known: source.images)
    _ = try fields.text("description")
    let (jobs, useful) = try draft.expansion()
    draft.grid.additions = useful.sorted().map { draft.grid.additions[$0] }
    return Sweep(
      name: name, workload: signature.name, axes: draft.grid.axisNames, jobs: jobs,
      resources: resources, retries: retries, fits: try fits(fields, draft),
      source: SweepSource(
        origin: source.origin, text: source.text,
        overrides: changes.keeping(additions: useful).texts, images: folders))
  }

  /// A source with only the overrides that still count: of each key the last one.
  public static func settled(_ source: SweepSource) -> SweepSource {
    SweepSource(
      origin: source.origin, text: source.text, overrides: OverrideList(source.overrides).texts,
      images: source.images)
  }

  /// Why a sweep cannot have a name, as the end of a sentence; nil when it can.
  public static func problem(ofName name: String) -> String? { SafeName.problem(name) }

  /// The name that a sweep file gives its sweep, without looking at anything else in it: quick for
  /// a grid of any size. Throws as ``parse(source:workloads:)`` does, for what concerns the name.
  public static func name(of source: SweepSource) throws(FileError) -> String {
    var problems = Problems()
    let root = try YAMLReader.read(source.text, file: source.origin, &problems)
    let fields = try Fields(root, SweepKeys.file, &problems) { SweepKeys.home(of: $0) }
    try problems.check()
    let name = try name(fields)
    let replacements = OverrideList(source.overrides).replacements
    let renaming = try replacements.map { argument throws(FileError) in
      try Override(argument)
    }.last { $0.key == "name" }
    return renaming?.value.text ?? name
  }

  /// The top level, with words for keys that belong elsewhere in the file.
  private static func top(
    _ root: YAMLValue, _ workloads: [WorkloadSignature], _ problems: inout Problems
  ) throws(FileError) -> Fields {
    var signature: WorkloadSignature?
    if case .mapping(let entries) = root.content {
      let name = entries.first { $0.key == "workload" }?.value.text
      signature = workloads.first { $0.name == name }
    }
    return try Fields(root, SweepKeys.file, &problems) { SweepKeys.home(of: $0, signature) }
  }

  private static func name(_ fields: Fields) throws(FileError) -> String {
    guard let name = try fields.safeName("name") else {
      throw fields.place.error("\"name\" must be a name")
    }
    return name
  }

  private static func checkMethod(
    _ fields: Fields, _ problems: inout Problems
  ) throws(FileError) {
    guard let value = fields["method"], value.text != "grid" else { return }
    problems.add(
      value.place.error(
        "\"method\" must be grid, found \(value.found): Quanta runs every point of the grid",
        "write \"method: grid\" or leave it out; `quanta run --until` ends a run early"))
  }

  private static func fits(
    _ fields: Fields, _ draft: SweepDraft
  ) throws(FileError) -> [FitRequest] {
    guard let value = fields["fits"] else { return [] }
    return try FitReader(signature: draft.signature, axes: draft.grid.axisNames).fits(value)
  }

  private static func workload(
    _ fields: Fields, _ workloads: [WorkloadSignature]
  ) throws(FileError) -> WorkloadSignature {
    guard let value = fields["workload"], let name = value.text else {
      throw fields.wrong(
        "workload", "a name", fields["workload"] ?? .init(content: .null, place: fields.place))
    }
    guard let signature = workloads.first(where: { $0.name == name }) else {
      let names = workloads.map(\.name)
      throw value.place.error(
        "unknown workload \(quoted(name))", NearestWord.remedy(for: name, in: names))
    }
    return signature
  }

  private static func resources(_ file: Fields) throws(FileError) -> Resources {
    guard let value = file["resources"] else { return Resources() }
    let fields = try Fields(value, SweepKeys.resources) { SweepKeys.home(of: $0) }
    let timeout = try fields.duration("timeout")
    if let timeout, timeout <= 0, let value = fields["timeout"] {
      throw value.place.error("\"timeout\" must be above 0s", "leave it out for no limit")
    }
    return Resources(
      threads: try fields.integer("threads"), memoryBytes: try fields.size("memory"),
      timeoutSeconds: timeout)
  }

  private static func retries(_ file: Fields) throws(FileError) -> RetryPolicy {
    var policy = RetryPolicy()
    guard let value = file["retries"] else { return policy }
    switch value.content {
    case .mapping: break
    case .scalar:
      policy.maximum = try value.integer(in: SweepKeys.retryRange, name: "retries")
      return policy
    default:
      throw value.place.error(
        "\"retries\" must be a number or a mapping, found \(value.found)",
        "write for example 3 or {max: 3, backoff: 30s}")
    }
    let fields = try Fields(value, SweepKeys.retries) { SweepKeys.home(of: $0) }
    if let maximum = try fields.integer("max") { policy.maximum = maximum }
    if let backoff = try fields.duration("backoff") { policy.backoffSeconds = backoff }
    return policy
  }
}
