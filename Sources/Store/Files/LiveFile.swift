/// What the coordinator is doing at the moment, for `quanta status` and the dashboard.
///
/// The content is the coordinator's business; it is rewritten atomically about every second and
/// is not meant to survive a power cut. Whether a coordinator lives is asked of the store's lock,
/// never concluded from the file's age. May be used from any thread.
public struct LiveFile: Sendable {
  private let layout: StoreLayout

  /// The live status of a store.
  public init(_ layout: StoreLayout) {
    self.layout = layout
  }

  /// Replaces the status.
  public func write(_ bytes: [UInt8]) throws(StoreError) {
    try DurableFile.write(bytes, to: layout.live, durable: false)
  }

  /// The last status written, also by a coordinator that is gone; nil when there is none.
  public func read() throws(StoreError) -> [UInt8]? {
    try DurableFile.read(layout.live, limit: 64 << 20)
  }

  /// Whether a coordinator on this machine has the store open now.
  public var isCoordinatorAlive: Bool { StoreLock.isHeld(layout) }
}
