import SweepModel
import Testing

@testable import Findings

/// Command lines in a job log.
@Suite struct JobLogTests {
  @Test func jobOfAProgram_hasItsCommandLine() throws {
    var spec = CommandSpec()
    spec.run = ["python", "t.py", "--name={name}", "{width}", "${envvar:HOME}"]
    spec.prefix = ["taskset", "1"]
    func command(_ spec: CommandSpec) throws -> String {
      let key = try #require(JobKey(hex: String(repeating: "a", count: 64)))
      let parameters = Parameters([
        Parameters.Entry(name: CommandSpec.parameter, value: .text(spec.text)),
        Parameters.Entry(name: "width", value: 8),
        Parameters.Entry(name: "name", value: .text("it's\n")),
      ])
      return JobLog.command(
        Job(key: key, workload: CommandSpec.workload, parameters: parameters))
    }
    #expect(
      try command(spec) == #"taskset 1 python t.py $'--name=it\'s\012' 8 '$HOME'"#)
    spec.run = ["t", "{width}"]
    #expect(
      try command(spec)
        == #"env 'QUANTA_PARAMS={"name":"it'\''s\u000a","width":8}' taskset 1 t 8"#)
  }
}
