import SweepModel

/// The JSON of a study whose rows have no answer.
public struct RefusedStudy: Encodable, Sendable {
  let kind: String
  let version = quantaVersion
  let source: String
  let form: String
  let y: String
  let refused: String

  enum CodingKeys: String, CodingKey {
    case kind, version, source, form, y, refused
  }

  /// Creates one; `kind` is the study's, `refused` is the reason in full sentences with the remedy.
  public init(kind: String, source: String, form: String, y: String, refused: String) {
    self.kind = kind
    self.source = source
    self.form = form
    self.y = y
    self.refused = refused
  }
}
