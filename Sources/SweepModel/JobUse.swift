/// What an attempt has taken that did a whole job; what nobody measured is 0.
public struct JobUse: Hashable, Sendable {
  /// Threads that it had.
  public var threads: Int
  /// Wall time, seconds.
  public var wallSeconds: Double
  /// CPU time of all its processes, seconds.
  public var cpuSeconds: Double
  /// Peak memory, bytes.
  public var memoryBytes: Int

  /// Creates a measurement.
  public init(threads: Int, wallSeconds: Double, cpuSeconds: Double, memoryBytes: Int) {
    self.threads = threads
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.memoryBytes = memoryBytes
  }

  /// What a result's provenance says.
  public init(_ provenance: Provenance) {
    self.init(
      threads: provenance.threads, wallSeconds: provenance.wallSeconds,
      cpuSeconds: provenance.cpuSeconds, memoryBytes: provenance.peakMemoryBytes)
  }
}
