package import Store
package import SweepModel

/// A recorded result that no sweep lists, as `quanta store unlisted --json` says it.
package struct UnlistedResult: Encodable {
  private let key: String
  private let workload: String
  private let parameters: [String: JSONValue]
  private let scalars: [String: Double]

  package init(_ job: JobRecord) {
    key = job.job.key.hex
    workload = job.job.workload
    parameters = jsonObject(job.job.parameters)
    scalars = Dictionary(
      job.scalars.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// Results of all workloads with what tells them apart.
  package static func table(_ jobs: [JobRecord], sweeps: [SweepRecord]) -> TextTable {
    var table = TextTable(["JOB", "WORKLOAD", "WHAT VARIES"])
    for (workload, members) in Dictionary(grouping: jobs, by: \.job.workload)
      .sorted(by: { $0.key < $1.key })
    {
      let axes = sweeps.filter { $0.workload == workload }.flatMap(\.axes)
      let label = JobLabel(members.map(\.job), axes: names(members, axes: Set(axes)))
      for member in members {
        table.add([member.job.key.short, workload, label.text(of: member.job)])
      }
    }
    return table
  }

  /// What tells jobs apart: the axes of sweeps, and parameters of which they have several values; all
  /// parameters where nothing else does.
  private static func names(_ jobs: [JobRecord], axes: Set<String>) -> [String] {
    let names = jobs[0].job.parameters.entries.map(\.name)
    let telling = names.filter { name in
      axes.contains(name)
        || jobs.contains { $0.job.parameters[name] != jobs[0].job.parameters[name] }
    }
    return telling.isEmpty ? names : telling
  }
}
