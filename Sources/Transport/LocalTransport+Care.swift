import Posix

extension LocalTransport: HostCaretaker {
  /// Asks this machine.
  public func ask(
    _ care: HostCare, _ binary: WorkerBinary, timeoutSeconds: Double
  ) throws(LinkFailure) -> HostAnswer {
    let request = try care.request(for: host, binary, program: binary.path)
    let transcript = try transcribe(request, until: Deadline(secondsFromNow: timeoutSeconds))
    return try HostAnswer(transcript.answers, host: host)
  }
}
