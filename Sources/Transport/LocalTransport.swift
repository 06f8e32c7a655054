import Glibc
import Posix
public import SweepModel
import WorkFolder

/// This machine as a place to run jobs: the worker binary is started where it lies.
///
/// Responsible for the work folder and the data sets in it, for one `quanta-worker attach` per link,
/// and for telling why it ended. Each link has one thread of its own; `onEvent` is called from it. The child leads
/// its own session, so that Ctrl-C at the terminal reaches the coordinator only. Keep the link:
/// one that nobody keeps closes itself.
public struct LocalTransport: Transport {
  /// The host.
  public let host: HostSpec

  /// Creates a transport to this machine.
  public init(_ host: HostSpec) {
    self.host = host
  }

  /// Makes the work folder and runs `binary.path attach --folder … --session … --hash …`.
  ///
  /// `closed` carries `configuration` when the program cannot be started, `workFolder` or
  /// `noSpace` when its folder cannot be made, `worker` when it ends with a failure before it
  /// said anything, `lost` when it ends later.
  public func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    let outbox = Outbox()
    let host = host
    let isStarted = startThread {
      let failure = LocalTransport.serve(
        host, binary, data, session: session, outbox, onEvent)
      outbox.end()
      onEvent(.closed(outbox.isCloseRequested ? nil : failure))
    }
    if !isStarted {
      onEvent(.closed(threadFailure(host: host.name)))
    }
    return QueueLink(outbox)
  }

  /// Examines this machine; blocks for at most about `timeoutSeconds`.
  public func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    var checks = [HostReport.Check("connection", .ok, "this machine")]
    var place: String?
    var machine: String?
    do {
      let findings = HostFindings(
        try transcribe(
          HostExamination.request(
            for: host, binary, program: binary.path, session: session),
          until: Deadline(secondsFromNow: timeoutSeconds)))
      checks += findings.checks(host: host, binary: binary)
      place = findings.place
      machine = findings.identity
    } catch {
      checks = [
        HostReport.Check("connection", .failure, error.message, remedy: error.remedy)
      ]
    }
    return HostReport(host: host.name, place: place, machine: machine, checks: checks)
  }

  /// Has this machine's shell run a script.
  func transcribe(
    _ request: [UInt8], until limit: Deadline
  ) throws(LinkFailure) -> ExaminationTranscript {
    let child = try ChildProcess(["/bin/sh", "-c", RemoteScript.bootstrap])
    let outbox = Outbox()
    outbox.append(request)
    var transcript = ExaminationTranscript()
    var pump = ChildPump(child, outbox) { transcript.append($0) }
    let ending = pump.run(limit: limit)
    guard transcript.isComplete else {
      throw LinkFailure(
        .worker,
        ending.isTimedOut
          ? "\(host.name): the examination took too long"
          : "\(host.name): the examination ended early: \(ending.errors)",
        remedy: "run it again; look for a full disk or a machine under heavy load")
    }
    return transcript
  }

  /// Runs one attach to its end and says why it ended.
  private static func serve(
    _ host: HostSpec, _ binary: WorkerBinary, _ data: [DataFile], session: String,
    _ outbox: Outbox, _ onEvent: @escaping (LinkEvent) -> Void
  ) -> LinkFailure? {
    do {
      let folder = try LocalFolder.make(host)
      for file in data { try LocalFolder.bring(file, into: folder, host) }
      let child = try ChildProcess(
        [
          binary.path, "attach", "--folder", folder.directory.path, "--session", session, "--hash",
          binary.hash,
        ] + (host.nice.map { ["--nice", String($0)] } ?? []))
      onEvent(.opened)
      var pump = ChildPump(child, outbox) { onEvent(.received(Array($0))) }
      let ending = pump.run()
      return attachFailure(
        host: host.name, .init(shellStatus: ending.status), errors: ending.errors,
        hasReceived: ending.hasReceived)
    } catch {
      return error
    }
  }
}

/// The failure of a link for which the system gave no thread.
package func threadFailure(host: String) -> LinkFailure {
  LinkFailure(
    .configuration, "\(host): the system gives no more threads",
    remedy: "raise the limit of processes (ulimit -u)")
}
