package import SweepModel

extension SweepSource {
  /// The source of the sweep under another name.
  package func renamed(_ name: String) -> SweepSource {
    SweepSource(
      origin: origin, text: text, overrides: overrides + ["name=\(name)"], data: data)
  }
}
