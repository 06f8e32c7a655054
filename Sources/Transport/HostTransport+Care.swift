import Posix
import SweepModel

extension HostTransport {
  /// Asks the host over a channel of its own. Blocks for at most about `timeoutSeconds` without a sign
  /// of life, and while the program is on its way; call it from a thread of its own.
  public func ask(
    _ care: HostCare, _ binary: WorkerBinary, timeoutSeconds: Double
  ) throws(LinkFailure) -> HostAnswer {
    let outbox = Outbox()
    outbox.append(try care.request(for: host, binary, program: place.path(of: binary.path)))
    let patience = timeoutSeconds + (mayAsk ? SSHTimeouts.answerSeconds : 0)
    let channel = try connect(outbox, limit: Deadline(secondsFromNow: patience))
    var pump = ExaminationPump(channel, host: host.name, outbox, binary)
    return try HostAnswer(pump.run(timeoutSeconds: timeoutSeconds) {}.answers, host: host)
  }
}
