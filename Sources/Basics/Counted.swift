/// A count and its noun: `1 job`, `3 jobs`, `2 tries`.
///
/// - Parameter plural: The noun of many; one that takes more than an `s` must be given.
public func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
