import ArgumentParser
import Store

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Goes on with a stored sweep, or lets a paused run go on.",
    discussion: """
      It needs no sweep file: the store remembers it. Jobs that were set aside stay so;
      `quanta retry --failed` frees them.

      Examples:
        quanta resume
        quanta resume parity-parameters-small --cluster cluster.yaml
      """)

  @Argument(help: "The sweep's name; the last one when left out.")
  var sweep = "last"
  @OptionGroup var options: LaunchOptions

  func run() throws {
    let reader = try StoreReader.open(at: options.store.directory)
    let name = try SweepArgument.name(sweep, in: reader)
    try Requests(reader).checkRuns(name)
    if try Requests(reader).sendIfRunning(.resume(sweep: name)) {
      return Console.error("\(name): the running coordinator was asked to go on")
    }
    let sweep = try SweepArgument(text: name, overrides: []).stored(reader)
    try Launch(sweep: sweep, options: options).run()
  }
}
