import Simulator

/// What many seeds gave.
struct CampaignReport: Encodable, CustomStringConvertible {
  let seeds: Int
  let firstSeed: UInt64
  let violations: Int
  let firstFailingSeed: UInt64?
  let firstViolation: String?
  let faults: [String: Int]
  let events: Int
  let overtakes: Int
  let virtualSeconds: Int
  let digest: String

  init(_ report: Campaign.Report, firstSeed: UInt64) {
    seeds = report.seeds
    self.firstSeed = firstSeed
    violations = report.violations
    firstFailingSeed = report.firstFailure?.seed
    firstViolation = report.firstFailure?.violations.first
    faults = named(report.faults)
    events = report.events
    overtakes = report.overtakes
    virtualSeconds = report.virtualSeconds
    digest = String(report.digest, radix: 16)
  }

  var description: String {
    var lines = [
      "\(seeds) seeds from \(firstSeed): violations: \(violations); \(events) events, "
        + "\(overtakes) stragglers overtaken, "
        + "\(virtualSeconds) virtual seconds, digest \(digest)"
    ]
    if let firstFailingSeed, let firstViolation {
      lines.append("first failing seed \(firstFailingSeed): \(firstViolation)")
      lines.append("replay it: quanta-lab simulate --seed \(firstFailingSeed) --trace")
    }
    return (lines + faultLines(faults)).joined(separator: "\n")
  }
}

/// What one seed gave.
struct SeedReport: Encodable, CustomStringConvertible {
  let seed: UInt64
  let violations: [String]
  let faults: [String: Int]
  let events: Int
  let virtualSeconds: Double
  let digest: String

  init(_ outcome: Simulation.Outcome) {
    seed = outcome.seed
    violations = outcome.violations
    faults = named(outcome.faults)
    events = outcome.events
    virtualSeconds = outcome.virtualSeconds
    digest = String(outcome.digest, radix: 16)
  }

  var description: String {
    let verdict = violations.isEmpty ? ["all promises kept"] : violations
    return
      (["seed \(seed): \(events) events, \(virtualSeconds) virtual seconds, digest \(digest)"]
      + verdict + faultLines(faults)).joined(separator: "\n")
  }
}

private func named(_ counts: FaultCounts) -> [String: Int] {
  var names: [String: Int] = [:]
  for kind in FaultKind.allCases { names["\(kind)"] = counts[kind] }
  return names
}

/// In the order of ``FaultKind``; faults that did not happen are left out.
private func faultLines(_ faults: [String: Int]) -> [String] {
  FaultKind.allCases.compactMap { kind in
    guard let count = faults["\(kind)"], count > 0 else { return nil }
    return "  \(kind): \(count)"
  }
}
