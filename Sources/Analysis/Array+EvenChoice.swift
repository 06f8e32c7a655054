extension Array {
  /// At most so many evenly chosen elements, the first and the last among them (the first alone,
  /// where there may be one only).
  public func evenly(_ count: Int) -> [Element] {
    guard self.count > count else { return self }
    guard count > 1 else { return Array(prefix(count)) }
    return (0..<count).map { self[$0 * (self.count - 1) / (count - 1)] }
  }
}
