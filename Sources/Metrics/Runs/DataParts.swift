/// Names of folders and files that tell apart on which data the same run was measured.
public enum DataParts {
  private static let names: Set = [
    "train", "training", "val", "valid", "validation", "test", "testing", "eval", "evaluation",
  ]

  /// Whether a name is one of them, however it is written: `train`, `Validation`.
  public static func contains(_ name: some StringProtocol) -> Bool {
    names.contains(name.lowercased())
  }
}
