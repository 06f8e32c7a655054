/// One source of metrics, read again and again while it grows.
public protocol MetricReader: Sendable {
  /// Reads what is new since the last call. A source that is not there, or not whole yet, is left for
  /// the next call; one that has been replaced or made shorter is read anew.
  ///
  /// - Parameter isFinal: The program has ended: everything is read, and a last line without its
  ///   newline counts.
  mutating func read(into book: inout MetricBook, isFinal: Bool)
}
