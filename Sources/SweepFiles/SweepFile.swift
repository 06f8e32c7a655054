public import SweepModel

/// Reads sweep files: YAML text to a checked ``Sweep``.
///
/// Responsible for the file's grammar, types, ranges, places of errors, and the grid's expansion.
/// What a parameter means is the workload's signature's to say; nothing here runs a job.
public enum SweepFile {
  /// The most jobs that one sweep may have; counted before anything is allocated.
  public static let maximumJobs = 1_000_000

  /// Reads a file's text; throws when it is missing, unreadable, larger than 4 MiB or not UTF-8.
  public static func read(
    path: String, overrides: [String] = []
  ) throws(FileError) -> SweepSource {
    let remedy = "\"quanta presets\" lists ready sweeps, \"quanta new PRESET\" prints one"
    let text = try TextFile.read(path, missing: remedy)
    return SweepSource(origin: path, text: text, overrides: overrides)
  }

  /// Parses and checks a sweep and expands its grid.
  ///
  /// Throws a ``FileError`` at the line and column of the first thing that is wrong, or naming the
  /// `--set` or `--add` argument. The sweep's source keeps the overrides that still count.
  ///
  /// - Parameter isStored: True for a text that a store keeps: exclusions that match nothing and
  ///   points that leave an axis out, which earlier versions let pass, then mean what they meant.
  public static func parse(
    source: SweepSource, workloads: [WorkloadSignature],
    images: ImageFinder = ImageSet.named, isStored: Bool = false
  ) throws(FileError) -> Sweep {
    let root = try YAMLReader.read(source.text, file: source.origin)
    let fields = try Fields(root, SweepKeys.file)
    let signature = try workload(fields, workloads)
    var draft = SweepDraft(signature: signature, place: fields.place, isStored: isStored)
    try draft.read(fields)
    guard var name = try fields.safeName("name") else {
      throw fields.place.error("\"name\" must be a name")
    }
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
    let axes = draft.grid.axisNames
    var fits: [FitRequest] = []
    if let value = fields["fits"] {
      fits = try FitReader(signature: signature, axes: axes).fits(value)
    }
    return Sweep(
      name: name, workload: signature.name, axes: axes, jobs: jobs,
      resources: try resources(fields), retries: try retries(fields), fits: fits,
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
    let fields = try Fields(
      try YAMLReader.read(source.text, file: source.origin), SweepKeys.file)
    guard let name = try fields.safeName("name") else {
      throw fields.place.error("\"name\" must be a name")
    }
    let replacements = OverrideList(source.overrides).replacements
    let renaming = try replacements.map { argument throws(FileError) in
      try Override(argument)
    }.last { $0.key == "name" }
    return renaming?.value.text ?? name
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
    let fields = try Fields(value, SweepKeys.resources)
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
    let fields = try Fields(value, SweepKeys.retries)
    if let maximum = try fields.integer("max") { policy.maximum = maximum }
    if let backoff = try fields.duration("backoff") { policy.backoffSeconds = backoff }
    return policy
  }
}
