import Basics
public import SweepModel

/// A ready sweep file: what `quanta new NAME` prints.
public struct Preset: Sendable, Hashable {
  /// The name, which is the sweep's name too.
  public let name: String
  /// One line for `quanta presets`.
  public let summary: String
  /// The YAML text, commented, ending in a line feed.
  public let text: String

  /// Creates a preset of a file's bytes.
  init(_ name: String, _ summary: String, _ file: [UInt8]) {
    self.name = name
    self.summary = summary
    text = String(decoding: file, as: UTF8.self)
  }

  /// The workload that the text names.
  var workload: String {
    let key = "workload: "
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
    return String((line ?? "").dropFirst(key.count))
  }

  /// The text as ``SweepFile/parse(source:workloads:)`` takes it.
  public func source(overrides: [String] = []) -> SweepSource {
    SweepSource(origin: name, text: text, overrides: overrides)
  }

  /// The preset of a name.
  public static func named(_ name: String) -> Preset? {
    Presets.all.first { $0.name == name }
  }

  /// The preset that a misspelt name was meant to be; nil when none is close.
  public static func nearest(_ name: String) -> Preset? {
    NearestWord.of(name, in: Presets.all.map(\.name)).flatMap(named)
  }
}
