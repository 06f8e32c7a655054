extension TableGroups {
  /// Of more groups than so many forms are not compared: criteria, cut-offs and rivals cost a thousand
  /// times what a power law does, and nobody reads them one by one.
  public static let comparedLimit = 100

  /// True for more groups than are compared.
  public var areMany: Bool { count > Self.comparedLimit }

  /// The settings for so many groups.
  public func settings(_ settings: FitSettings) -> FitSettings {
    var settings = settings
    if areMany { settings.selects = false }
    return settings
  }

  /// Groups that are held in memory at a time.
  private static let portion = 8192

  /// Fits all groups on all cores and hands on what is made of each, portion by portion in their order,
  /// so that the memory does not grow with their number. `make` runs on any thread, `take` on the
  /// caller's.
  public func stream<Row: Sendable>(
    _ settings: FitSettings, make: @Sendable (FitGroup) -> Row,
    take: (Range<Int>, [Row]) throws -> Void
  ) rethrows {
    var start = 0
    while start < count {
      let end = min(start + (start == 0 ? 512 : Self.portion), count)
      try take(start..<end, Parallel.map(start..<end) { make(group($0, settings)) })
      start = end
    }
  }
}
