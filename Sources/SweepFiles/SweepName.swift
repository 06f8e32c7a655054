import SweepModel

/// Names that a sweep must not be given because commands take them for something else. Sweeps that a
/// store has under such names stay what they are.
enum SweepName {
  static let remedy = "give the sweep another name"

  /// Why a name is taken, as the end of a sentence; nil when it is free. A sweep that was made from a
  /// preset may keep its name.
  static func reserved(_ name: String, for workload: String) -> String? {
    if name == "last" { return "must not be \"last\", which is the latest sweep to every command" }
    let endings = [
      ("csv", "a table"), ("tsv", "a table"), ("yaml", "a file"), ("yml", "a file"),
    ]
    let lowercased = name.lowercased()
    if let (ending, what) = endings.first(where: { lowercased.hasSuffix(".\($0.0)") }) {
      return "must not end in \".\(ending)\", found \(quoted(name)): commands take that for \(what)"
    }
    guard let preset = Preset.named(name), preset.workload != workload else { return nil }
    return "must not be that of a preset, found \(quoted(name)), which is a sweep of "
      + preset.workload
  }

  static func reserved(_ name: String, for signature: WorkloadSignature) -> String? {
    reserved(name, for: signature.name)
  }
}
