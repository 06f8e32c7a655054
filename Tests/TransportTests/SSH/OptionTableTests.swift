import LabSupport
import Testing

/// What `ssh` does with a configuration, both engines do or refuse by name: one row an option, on
/// a real sshd.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.hasLoopback, "needs /usr/sbin/sshd"))
struct OptionTableTests {
  @Test func open_everyOptionOfSSH_isFollowedAsSSHDoesOrRefusedByName() async throws {
    try await OptionLab.with { options in
      let rows = Array(OptionRow.all.enumerated())
      let disagreements = try await withThrowingTaskGroup(of: String?.self) { group in
        var found: [String] = []
        for (index, row) in rows {
          if index >= 6, let text = try await group.next() ?? nil { found.append(text) }
          group.addTask { try await options.disagreement(index, row) }
        }
        for try await case let text? in group { found.append(text) }
        return found
      }
      #expect(disagreements.isEmpty, "\n\(disagreements.joined(separator: "\n"))")
    }
  }
}
