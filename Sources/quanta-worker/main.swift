import Glibc
import Posix
import SweepModel

// The program that runs jobs on a host. Coordinators start it; people rarely do.
//
//   attach  a pipe between standard input/output and the session's worker, started if none runs
//   relay   many such pipes in one, to all pilots of a pool: those that dial it, and the others through files
//           in the folder that they share with this machine
//   mail    the same, all through files
//   serve   the worker itself: listens on the session's socket, owns slots and spool; with --pilot it is
//           the own process of a batch system's allocation, until --ends
//   facts   says what a worker would find here, and starts none
//   slot    a child of the worker that runs job after job
//
//   survey, stop, trial, clean   what `quanta workers list`, `stop` and `clean` ask of a host

signal(SIGPIPE, SIG_IGN)
// A file that grows beyond `ulimit -f` is an error with its sentence, not a silent death.
signal(SIGXFSZ, SIG_IGN)
umask(0o077)
nameProcess()

do {
  let invocation = try Invocation(CommandLine.arguments)
  for limit in ResourceLimit.allCases { limit.raise() }
  if let nice = invocation.nice { Niceness.take(nice) }
  switch invocation.verb {
  case .version: print("quanta-worker \(quantaVersion)")
  case .facts: Facts(invocation: invocation).run()
  case .attach: try Attachment(invocation).run()
  case .relay, .mail:
    EndRequest.hold()
    var relay = try Relay(invocation)
    try relay.run()
  case .survey:
    var survey = try Survey(invocation)
    survey?.tell()
  case .stop:
    var survey = try Survey(invocation)
    survey?.stop()
  case .trial, .clean:
    var cleaning = try Cleaning(invocation, isTrial: invocation.verb == .trial)
    cleaning?.run()
  case .serve:
    EndRequest.hold()
    var daemon = try Daemon(invocation)
    try daemon.run()
  case .slot:
    // Whoever asks all of this program's processes to end: the worker stops its jobs in good order.
    signal(SIGTERM, SIG_IGN)
    SlotLoop(invocation).run()
  }
} catch {
  complain("quanta-worker: \(error)")
  exit(1)
}
