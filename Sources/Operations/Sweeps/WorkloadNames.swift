import Findings
package import SweepModel
package import Workloads

/// The signature of a workload that a parsed sweep names.
package func signature(of sweep: Sweep) throws -> WorkloadSignature {
  guard let found = WorkloadRegistry.catalog.signature(of: sweep.workload, in: sweep.source) else {
    throw CommandError("unknown workload \(sweep.workload)")
  }
  return found
}

/// The workload that a parsed sweep names.
package func workload(of sweep: Sweep) throws -> any Workload.Type {
  try workload(named: sweep.workload)
}

/// The workload of a name.
package func workload(named name: String) throws -> any Workload.Type {
  guard let found = WorkloadRegistry.workload(named: name) else {
    throw CommandError("unknown workload \(name)")
  }
  return found
}
