extension [HostReport] {
  /// The reports, with a warning for every host that is one before it once more: the same machine
  /// and work folder by another name, or by another way; and for every one that is the machine of one
  /// before it with another work folder, since a run would give out its cores twice.
  ///
  /// - Parameter shared: hosts whose cores the cluster file gives: two of them share a machine as
  ///   somebody meant them to.
  public func namingDuplicates(sharedOut shared: Set<String> = []) -> [HostReport] {
    var first: [String: String] = [:]
    var machines: [String: [String]] = [:]
    return map { report in
      guard let place = report.place else { return report }
      if let other = first[place] {
        return report.adding(
          "\(report.host) is \(other) once more: one machine and work folder",
          remedy: "a run uses one of them; take the other out of the cluster file, or give each a "
            + "`folder` of its own")
      }
      first[place] = report.host
      guard let machine = report.machine else { return report }
      let before = machines[machine, default: []]
      machines[machine] = before + [report.host]
      guard
        let other = before.first(where: { !(shared.contains($0) && shared.contains(report.host)) })
      else { return report }
      return report.adding(
        "\(report.host) and \(other) are one machine with two work folders: a run gives out its "
          + "cores twice",
        remedy: "say in the cluster file how many `cores` each may use, or take one of them out")
    }
  }
}

extension HostReport {
  fileprivate func adding(_ warning: String, remedy: String) -> HostReport {
    HostReport(
      host: host, place: place, machine: machine,
      checks: checks + [Check("identity", .warning, warning, remedy: remedy)])
  }
}
