import Posix

extension SSHTransport: HostCaretaker {
  /// Asks the host over a connection of its own.
  public func ask(
    _ care: HostCare, _ binary: WorkerBinary, timeoutSeconds: Double
  ) throws(LinkFailure) -> HostAnswer {
    let outbox = Outbox()
    outbox.append(try care.request(for: host, binary))
    let patience = timeoutSeconds + (mayAsk ? SSHTimeouts.answerSeconds : 0)
    let session = try connect(outbox, limit: Deadline(secondsFromNow: patience))
    var pump = ExaminationPump(session, outbox, binary)
    return try HostAnswer(pump.run(timeoutSeconds: timeoutSeconds) {}.answers, host: host)
  }
}
