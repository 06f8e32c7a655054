extension [HostReport] {
  /// The reports, with a warning for every host that is one before it once more: the same machine
  /// and work folder by another name, or by another way.
  public func namingDuplicates() -> [HostReport] {
    var first: [String: String] = [:]
    return map { report in
      guard let place = report.place else { return report }
      guard let other = first[place] else {
        first[place] = report.host
        return report
      }
      let check = HostReport.Check(
        "identity", .warning, "\(report.host) is \(other) once more: one machine and work folder",
        remedy: "a run uses one of them; take the other out of the cluster file, or give each a "
          + "`folder` of its own")
      return HostReport(host: report.host, place: place, checks: report.checks + [check])
    }
  }
}
