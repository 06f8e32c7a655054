import SweepModel

/// What a verification found, as text or JSON.
package struct VerificationReport: Encodable {
  package struct Row: Encodable {
    package let job: String
    package let index: Int
    let recordedOn: String
    package let rerunOn: String?
    package let sameInstructionSet: Bool?
    package let agrees: Bool?
    package let reason: String?
    /// Absent where no file had to be mended.
    let mended: [String]?
  }

  package let sweep: String
  package let fraction: Double
  package let seed: UInt64
  /// Results that could have been chosen.
  package let recorded: Int
  /// Results that were imported, none of which is ever chosen.
  package let imported: Int
  package let verified: Int
  package let agreeing: Int
  package let quarantined: Int
  /// Results that were quarantined, agree now and count again.
  let reinstated: Int
  /// Jobs that could not be computed again.
  package let failed: Int
  /// Jobs that ran on the host that had recorded them, for want of another.
  package let onSameHost: Int
  package let jobs: [Row]

  package init(
    sweep: String, fraction: Double, seed: UInt64, recorded: Int, imported: Int = 0,
    verdicts: [Verification.Verdict]
  ) {
    self.sweep = sweep
    self.fraction = fraction
    self.seed = seed
    self.recorded = recorded
    self.imported = imported
    verified = verdicts.count
    quarantined = verdicts.count { $0.dissent != nil }
    failed = verdicts.count { $0.failure != nil }
    reinstated = verdicts.count { $0.reinstatement != nil }
    agreeing = verified - quarantined - failed
    onSameHost = verdicts.count { $0.rerun?.hostname == $0.recorded.provenance.hostname }
    jobs = verdicts.map { verdict in
      Row(
        job: verdict.recorded.job.job.key.hex, index: verdict.recorded.job.index,
        recordedOn: verdict.recorded.provenance.hostname, rerunOn: verdict.rerun?.hostname,
        sameInstructionSet: verdict.rerun.map {
          $0.instructionSet == verdict.recorded.provenance.instructionSet
        },
        agrees: verdict.rerun.map { _ in verdict.dissent == nil },
        reason: verdict.dissent ?? verdict.failure,
        mended: verdict.mended.isEmpty ? nil : verdict.mended)
    }
  }

  package var allAgree: Bool { agreeing == verified }

  /// One line for the whole, one for each job that does not agree.
  package var text: String {
    var lines = [
      "\(sweep): \(agreeing) of \(verified) rerun results agree, out of \(recorded) recorded "
        + "(seed \(seed))"
    ]
    if imported > 0 { lines.append("  \(imported) imported: such are not verified") }
    if reinstated > 0 { lines.append("  \(reinstated) count again: they were quarantined") }
    if onSameHost > 0 {
      lines.append("  \(onSameHost) ran on the host that recorded them, for want of another")
    }
    for row in jobs where row.agrees != true {
      let what = row.agrees == false ? "quarantined" : "not verified"
      lines.append("  job \(row.job.prefix(10)) (#\(row.index)) \(what): \(row.reason ?? "")")
    }
    for row in jobs {
      for file in row.mended ?? [] {
        lines.append(
          "  job \(row.job.prefix(10)) (#\(row.index)): the file \(file) was damaged or missing; the "
            + "rerun's weights, which are the recorded ones, took its place")
      }
    }
    return lines.joined(separator: "\n")
  }
}
