public import SweepModel

/// The command line of a job that is a program of the user's, for people and other tools.
public enum FilledCommand {
  /// The words of the program and its arguments, templates filled; nil for a job of another workload.
  ///
  /// Parameters that stand in none of them the program reads from its environment: then that comes first,
  /// `env QUANTA_PARAMS={"width":8}`. What only the job's host knows stands as a shell has it: `$NAME` for a variable, `python` for the
  /// interpreter, and `parameters.json` for the file with the parameters.
  public static func words(of job: Job) -> [String]? {
    guard job.workload == CommandSpec.workload,
      case .text(let text)? = job.parameters[CommandSpec.parameter],
      let spec = CommandSpec(text: text)
    else { return nil }
    let own = job.parameters.entries.filter { !CommandSpec.reserved.contains($0.name) }
    let template = CommandTemplate(
      parameters: own,
      parametersFile: "parameters.json", variable: { "$\($0)" }, interpreter: { "python" },
      groups: spec.groups)
    let words =
      spec.isShell ? ["sh", "-c", template.text(spec.run[0])] : template.words(spec.run)
    let all = spec.prefix + spec.run
    let isShown =
      all.contains { $0.hasPrefix("${args") }
      || own.allSatisfy { entry in all.contains { $0.contains("{\(entry.name)}") } }
    let shown = isShown ? [] : [CommandArgument.json(CommandArgument.all(own, groups: []))]
    return shown.flatMap { ["env", "QUANTA_PARAMS=\($0)"] } + template.words(spec.prefix) + words
  }
}
