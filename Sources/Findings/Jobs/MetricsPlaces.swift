import Basics
package import Store
package import SweepModel

/// Where the metrics of an attempt at a command were read, as the worker has noted at the end of its log.
package enum MetricsPlaces {
  /// The most that are told.
  private static let limit = 20

  /// Each as the end of a sentence that begins with "metrics"; empty for an attempt without any.
  package static func of(_ attempt: AttemptID, in logs: LogReader) -> [String] {
    guard let bytes = try? logs.end(of: attempt.job, attempt: attempt.number) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .filter { $0.hasPrefix(CommandSpec.metricsNote) }.suffix(limit)
      .map { printable(String($0.dropFirst(CommandSpec.metricsNote.count))) }
  }
}
