import Basics
public import SweepModel

/// Reads the maps of imports against a sweep.
public enum ImportMapFile {
  /// Reads and checks a file; throws a ``FileError`` at the line and column of what is wrong, with all
  /// else that is.
  public static func read(
    path: String, for signature: WorkloadSignature
  ) throws(FileError) -> ImportMap {
    let found = TextFile.withEitherEnding(path)
    let remedy = "`quanta import RUNS --into SWEEP --guess` prints one to begin with"
    let text = try TextFile.read(found, missing: TextFile.nearest(to: path) ?? remedy)
    return try parse(text: text, origin: found, for: signature)
  }

  /// Parses a text; `origin` is the file name that errors show.
  public static func parse(
    text: String, origin: String, for signature: WorkloadSignature
  ) throws(FileError) -> ImportMap {
    let problems = Problems()
    let root = try YAMLReader.read(text, file: origin, problems)
    let fields = try Fields(root, ImportKeys.file, problems)
    let map = ImportMapReader(signature: signature, fields: fields, problems: problems).map()
    try problems.check()
    return map
  }
}

/// Reads one map; what is wrong goes to `problems`.
private struct ImportMapReader {
  let signature: WorkloadSignature
  let fields: Fields
  let problems: Problems

  func map() -> ImportMap {
    var map = ImportMap()
    for entry in entries("parameters", "parameters to recorded names") {
      if let source = problems.trying(try parameter(entry)) { map.parameters[entry.key] = source }
    }
    for entry in entries("constants", "parameters to values") {
      if let value = problems.trying(try spec(entry).value(of: entry.value)) {
        map.constants[entry.key] = value
      }
    }
    map.ignored = Set(texts("ignore"))
    for entry in entries("only", "recorded names to values") {
      guard let text = entry.value.text else {
        problems.add(fields.wrong(entry.key, "one value", entry.value))
        continue
      }
      map.only[entry.key] = text
    }
    map.pattern = fields.text("pattern")
    map.output = zip(texts("output"), fields["output"]?.elements ?? []).map { text, value in
      ImportMap.Output(text: text, place: value.place.text)
    }
    if fields["metrics"] != nil {
      map.metrics = problems.collecting(entries("metrics", "metrics to recorded names"), metric)
    }
    if fields["requires"] != nil { map.required = texts("requires", of: signature.recorded) }
    map.accepted = texts("accept")
    map.lastStep = problems.trying(try lastStep()) ?? .furthest
    map.tolerance = fields.positiveNumber("tolerance") ?? 0
    map.table = table()
    checkPattern(map.pattern)
    return map
  }

  /// The entries of a mapping under a key.
  private func entries(_ name: String, _ what: String) -> [YAMLEntry] {
    guard let value = fields[name] else { return [] }
    guard case .mapping(let entries) = value.content else {
      problems.add(fields.wrong(name, "a mapping from \(what)", value))
      return []
    }
    return entries
  }

  /// One text or a list of them, of some words where a workload says which there are.
  private func texts(_ name: String, of words: [String] = []) -> [String] {
    problems.collecting(fields[name]?.elements ?? []) { value throws(FileError) in
      guard let text = value.text else {
        throw fields.wrong(name, "a text or a list of them", value)
      }
      guard words.isEmpty || words.contains(text) else {
        throw value.place.error(
          "unknown metric \(quoted(text))", NearestWord.remedy(for: text, in: words))
      }
      return text
    }
  }

  private func spec(_ entry: YAMLEntry) throws(FileError) -> ParameterSpec {
    guard let spec = signature.parameter(entry.key) else {
      throw entry.keyPlace.error(
        "the sweep has no parameter \(quoted(entry.key))",
        NearestWord.remedy(for: entry.key, in: signature.parameters.map(\.name)))
    }
    return spec
  }

  private func parameter(_ entry: YAMLEntry) throws(FileError) -> ImportMap.Source {
    _ = try spec(entry)
    if let name = entry.value.text { return ImportMap.Source(name) }
    let inner = try Fields(
      entry.value, ImportKeys.parameter, problems, example: "\(entry.key): recorded_name")
    var source = ImportMap.Source(inner.text("name") ?? "")
    guard let values = inner["values"] else { return source }
    guard case .mapping(let renames) = values.content else {
      throw inner.wrong("values", "a mapping from recorded to the sweep's values", values)
    }
    for rename in renames {
      guard let text = rename.value.text else {
        problems.add(inner.wrong(rename.key, "one value", rename.value))
        continue
      }
      source.renames[rename.key] = text
    }
    return source
  }

  private func metric(_ entry: YAMLEntry) throws(FileError) -> ImportMap.Metric {
    let known = signature.recorded
    if !known.isEmpty, !known.contains(entry.key), !known.contains("\(entry.key).final") {
      throw entry.keyPlace.error(
        "the workload \(signature.name) records no \(quoted(entry.key))",
        NearestWord.remedy(for: entry.key, in: known))
    }
    if let name = entry.value.text { return ImportMap.Metric(entry.key, values: name) }
    let inner = try Fields(
      entry.value, ImportKeys.metric, problems, example: "{values: losses, steps: log_steps}")
    if let place = inner["every"]?.place, inner["steps"] != nil {
      problems.add(place.error("\"every\" and \"steps\" both say where the steps are", "keep one"))
    }
    return ImportMap.Metric(
      entry.key, values: inner.text("values") ?? "", steps: inner.text("steps"),
      every: inner.integer("every"), scale: inner.positiveNumber("scale") ?? 1)
  }

  private func lastStep() throws(FileError) -> ImportMap.LastStep {
    guard let value = fields["lastStep"] else { return .furthest }
    guard let text = value.text else {
      throw fields.wrong("lastStep", "a step, a parameter or any", value)
    }
    if text == "any" { return .any }
    if let spec = signature.parameter(text) {
      guard case .integer = spec.kind else {
        throw value.place.error("the parameter \(quoted(text)) is no whole number")
      }
      return .parameter(text)
    }
    guard DecimalText(text) != nil else {
      throw value.place.error(
        "\"lastStep\" must be a step, a parameter or any, found \(value.found)",
        NearestWord.remedy(for: text, in: ["any"] + signature.parameters.map(\.name)))
    }
    return .step(try value.integer(in: 0...Int.max, name: "lastStep"))
  }

  private func table() -> ImportMap.Table {
    var table = ImportMap.Table()
    guard let value = fields["table"],
      let inner = problems.trying(try Fields(value, ImportKeys.table, problems))
    else { return table }
    table.run = inner.text("run")
    table.step = inner.text("step")
    table.state = inner.text("state")
    table.metric = inner.text("metric")
    table.value = inner.text("value")
    if (table.metric == nil) != (table.value == nil) {
      problems.add(
        inner.place.error("\"metric\" and \"value\" go together: give both columns or neither"))
    }
    return table
  }

  /// Refuses a pattern without anything to read.
  private func checkPattern(_ text: String?) {
    guard let text, let place = fields["pattern"]?.place else { return }
    do throws(TextPattern.Problem) {
      _ = try TextPattern(text)
    } catch {
      problems.add(
        place.error("\"pattern\" \(error.message)", "write for example train.py --width {width}"))
    }
  }
}

extension WorkloadSignature {
  /// The names of what results hold; empty where nobody has said.
  fileprivate var recorded: [String] { metrics.map(\.name) }
}
