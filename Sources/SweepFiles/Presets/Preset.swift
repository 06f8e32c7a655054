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

  /// Creates a preset.
  init(_ name: String, _ summary: String, _ text: String) {
    self.name = name
    self.summary = summary
    self.text = text + "\n"
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

/// The sweeps that come with Quanta.
public enum Presets {
  /// All presets: quick ones first, then the published sweeps at their scale.
  public static let all: [Preset] = [
    parityParametersSmall, parityDataSmall, parityStepsSmall,
    grokkingRatesSmall, grokkingDecaySmall, grokkingDecayCESmall, grokkingSetSizeSmall,
    omnigrokTeacherLandscapeSmall, omnigrokImagesLandscapeSmall, omnigrokImagesGrokkingSmall,
    omnigrokModaddGrokkingSmall, omnigrokModaddConstrainedSmall,
    parityParameters, parityData, paritySteps,
    parityExponents, parityDataExponents, parityJoint, parityWeightDecay, parityLearningRate,
    grokkingRates, grokkingDecay, grokkingDecayCE, grokkingSetSize,
    omnigrokTeacherLandscape, omnigrokImagesLandscape, omnigrokImagesGrokking,
    omnigrokModaddGrokking, omnigrokModaddConstrained,
  ]
}
