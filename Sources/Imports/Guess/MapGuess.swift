import Basics
import SweepFiles
public import SweepModel

/// A map for an import as a person would begin to write one: names that are alike, and beside them what
/// else there is.
public struct MapGuess {
  /// How many runs are looked at.
  private static let runLimit = 200
  /// How many names a comment lists.
  private static let listed = 30

  private let sweep: Sweep
  private let signature: WorkloadSignature
  private let seen: SeenNames
  private let title: String
  /// The values of the axes.
  private let values: [(axis: String, values: Set<String>)]

  /// Looks at some of the runs.
  public init(sources: [any RunSource], sweep: Sweep, signature: WorkloadSignature) {
    self.sweep = sweep
    self.signature = signature
    var seen = SeenNames()
    for source in sources {
      let stride = max(1, source.count / Self.runLimit)
      for index in Swift.stride(from: 0, to: source.count, by: stride) {
        seen.add(source.run(index))
      }
    }
    self.seen = seen
    values = sweep.axes.map { axis in
      let values = Set(sweep.jobs.lazy.compactMap { $0.parameters[axis] })
      return (axis, Set(values.map(RecordedValue.canonical)))
    }
    let tools = sources.map(\.tool)
    let count = sources.reduce(0) { $0 + $1.count }
    title = "\(counted(count, "run")) (\(Set(tools).sorted().joined(separator: ", ")))"
  }

  /// The map as YAML with comments, for a person to correct.
  public var text: String {
    var lines = [
      "# Guessed from \(title). Correct it, then `quanta import RUNS --into SWEEP --map FILE`",
      "# with --dry-run shows what would be adopted.",
    ]
    lines += parameters + metrics
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Parameters

  private var parameters: [String] {
    var lines: [String] = []
    var used: Set<String> = []
    for axis in sweep.axes {
      guard let name = recorded(axis) else { continue }
      used.insert(name)
      lines.append("  \(YAMLText.scalar(axis)): \(YAMLText.scalar(name))  # \(examples(name))")
    }
    let lacking = sweep.axes.filter { recorded($0) == nil }
    let pattern = lacking.isEmpty ? nil : seen.pattern(axes: values)
    // Flags stand there with `-` and with `_`; columns of numbers are listed as metrics.
    let rest = seen.fields.keys.filter { name in
      let isTwin =
        name.contains("-") && seen.fields[String(name.map { $0 == "-" ? "_" : $0 })] != nil
      return !used.contains(name) && !isTwin && seen.series[name] == nil
        && seen.scalars[name] == nil
    }.sorted()
    var result = lines.isEmpty ? ["parameters: {}"] : ["parameters:"] + lines
    if let pattern {
      result.append("pattern: \(YAMLText.scalar(pattern))")
    } else {
      for axis in lacking {
        result.append("# nothing that is recorded looks like \(axis): name it under parameters,")
        result.append("# show where it stands in command lines (pattern: train.py --x {\(axis)}),")
        result.append("# or say what it was under constants")
      }
    }
    if !rest.isEmpty { result.append("# also recorded: \(Self.list(rest))") }
    return result
  }

  private func examples(_ name: String) -> String {
    let values = (seen.fields[name] ?? []).sorted()
    let shown = values.prefix(6).map(YAMLText.comment)
    return shown.joined(separator: ", ") + (values.count > shown.count ? ", …" : "")
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(listed).map(YAMLText.comment).joined(separator: ", ")
      + (names.count > listed ? ", and \(names.count - listed) more" : "")
  }

  /// The recorded name that an axis most likely has: its own, one like it, or the only one that has its
  /// values.
  private func recorded(_ axis: String) -> String? {
    let names = seen.fields.keys.sorted()
    if names.contains(axis) { return axis }
    let bare = Likeness.bare(axis)
    let same = names.filter { Likeness.bare($0) == bare || Likeness.last($0) == bare }
    if same.count == 1 { return same[0] }
    let known = values.first { $0.axis == axis }?.values ?? []
    let fitting = names.filter { name in
      let found = Set((seen.fields[name] ?? []).map(RecordedValue.canonical))
      return found.count > 1 && found.isSubset(of: known)
        && !sweep.axes.contains { $0 != axis && $0 == name }
    }
    if fitting.count == 1 { return fitting[0] }
    return same.first ?? NearestWord.of(axis, in: names)
  }

  // MARK: Metrics

  private var metrics: [String] {
    let lines = targets.compactMap { target in
      source(of: target).map { "  \(YAMLText.scalar(target)): \($0)" }
    }
    var result = lines.isEmpty ? [] : ["metrics:"] + lines
    if lines.isEmpty {
      result.append("# nothing that is recorded looks like a metric of the sweep")
    }
    let kinds = [
      ("series", seen.series.keys), ("lists", seen.lists.keys), ("numbers", seen.scalars.keys),
    ]
    for (kind, names) in kinds where !names.isEmpty {
      result.append("# recorded \(kind): \(Self.list(names.sorted()))")
    }
    return result
  }

  /// What the workload records and a person would look for: curves, and what the fits need.
  private var targets: [String] {
    let curves = signature.metrics.filter { $0.kind == .curve && !$0.name.contains(".se") }
      .map(\.name)
    let asked = sweep.fits.map { fit in
      ["final", "min", "max"].first { fit.y.hasSuffix(".\($0)") }
        .map { String(fit.y.dropLast($0.count + 1)) } ?? fit.y
    }
    let all = curves + asked + (signature.metrics.isEmpty ? seen.series.keys.sorted() : [])
    var known: Set<String> = []
    return all.filter { known.insert($0).inserted && signature.parameter($0) == nil }
  }

  /// Where a metric is recorded, as the map has it; nil where nothing looks like it.
  private func source(of target: String) -> String? {
    let names = [seen.series.keys, seen.lists.keys, seen.scalars.keys].map { $0.sorted() }
    guard let name = names.lazy.compactMap({ Likeness.best(for: target, in: $0) }).first else {
      return nil
    }
    guard seen.series[name] == nil, let length = seen.lists[name] else {
      return YAMLText.scalar(name)
    }
    if let steps = seen.steps(length: length) {
      return "{values: \(YAMLText.scalar(name)), steps: \(YAMLText.scalar(steps))}"
    }
    return "{values: \(YAMLText.scalar(name)), every: 1}  # the distance of the steps is a guess"
  }
}

/// Words of a map in YAML.
enum YAMLText {
  private static let words: Set = ["null", "true", "false", "yes", "no", "on", "off"]

  /// A text as a scalar that is read back as it is.
  static func scalar(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      isWord(scalar) || "._/-".unicodeScalars.contains(scalar)
    }
    if isPlain, let first = text.unicodeScalars.first, isWord(first),
      !words.contains(text.lowercased())
    {
      return text
    }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  /// A text as part of a comment, shortened.
  static func comment(_ text: String) -> String {
    text.unicodeScalars.prefix(60).map { isPrintable($0) ? String($0) : "?" }.joined()
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      || scalar == "_"
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    (" "..."~").contains(scalar) || (scalar.value > 0xA0 && scalar.properties.isAlphabetic)
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
    if isPrintable(scalar) { return String(scalar) }
    let digits = String(scalar.value, radix: 16)
    return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
