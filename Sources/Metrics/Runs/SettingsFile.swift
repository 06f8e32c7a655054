/// A file of settings that a program has written beside its metrics.
public enum SettingsFile {
  /// What such files are called.
  public static let names: Set = Set(
    ["config", "args", "params", "hparams", "hyperparameters", "settings"].flatMap { name in
      ["json", "yaml", "yml"].map { "\(name).\($0)" }
    })

  /// The settings of a JSON or YAML file, those of nested ones with names joined by points; what is wrong
  /// with it, if it cannot be read.
  public static func read(
    _ path: String
  ) -> (parameters: [RecordedRun.Parameter], problem: String?) {
    if path.hasSuffix(".json") {
      var file = WholeJSON(path, limit: 1 << 24)
      let value = file.look()
      return (value.map { [RecordedRun.Parameter]($0) } ?? [], file.problem)
    }
    var file = WholeFile(path, limit: 1 << 24)
    switch file.look() {
    case .content(let bytes):
      let values = PlainYAML.values(String(decoding: bytes, as: UTF8.self))
      return (values.map { RecordedRun.Parameter($0.name, $0.value) }, nil)
    case .nothing: return ([], nil)
    case .tooLarge: return ([], "\(path) is larger than what is read of such a file.")
    case .refused(let words): return ([], "\(path) \(words).")
    }
  }
}
