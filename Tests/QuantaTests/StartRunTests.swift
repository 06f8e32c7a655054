import LabSupport
import Testing

/// Jobs that begin from what others have kept, from the sweep file to the size that they need.
@Suite(.timeLimit(.minutes(10))) struct StartRunTests {
  private static func sweep(_ name: String, _ more: String) -> String {
    """
    name: \(name)
    workload: omnigrok-modadd
    settings: {p: 5, width: 16, heads: 1, hidden: 8, steps: 20, logEvery: 5}
    \(more)
    """
  }

  @Test func jobs_beginFromWhatOthersHaveKept() async throws {
    try await Sandbox.with { sandbox in
      let next = Self.sweep("next", "grid: {start: [kept/0, kept/1@0], fraction: [0.3, 0.6]}")
      try sandbox.write("next.yaml", next)
      let early = await sandbox.quanta("run", "next.yaml", "--quiet")
      #expect(early.status != 0)
      #expect(
        early.output.contains("next.yaml:4:8: ")
          && early.output.contains("has no sweep \"kept\"")
          && early.output.contains("`quanta run kept` first"), "\(early.output)")
      try sandbox.write(
        "kept.yaml", Self.sweep("kept", "grid: {seed: [0, 1]}\nkeep: {weights: 3}"))
      for name in ["kept.yaml", "next.yaml"] {
        let run = await sandbox.quanta("run", name, "--quiet")
        #expect(run.status == 0, "\(run.output)")
      }
      let found = await sandbox.quanta(
        "analyze", "critical", "next", "--metric", "samples", "--level", "10")
      #expect(found.status == 0 && found.output.contains("geometric mean"), "\(found.output)")
      let jobs = await sandbox.quanta("jobs", "next")
      #expect(jobs.status == 0 && jobs.output.contains(#/weights-[0-9a-f]{8} /#), "\(jobs.output)")
      for (command, place) in [("plan", "wide.yaml:"), ("run", "wide.yaml:")] {
        try sandbox.write(
          "wide.yaml",
          next.replacing("width: 16", with: "width: 32").replacing("next", with: "wide"))
        let wide = await sandbox.quanta(command, "wide.yaml")
        #expect(
          wide.status != 0 && wide.output.contains(place)
            && wide.output.contains("embedding.weight of [6, 32] numbers; these have [6, 16]"),
          "\(command): \(wide.output)")
      }
    }
  }
}
