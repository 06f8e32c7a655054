import Posix
import SweepModel

/// Runs the examination's script over SSH.
struct ExaminationPump {
  private let session: any SSHConnection
  private let outbox: Outbox
  private let binary: WorkerBinary
  private var transcript = ExaminationTranscript()
  private var errors = Tail(limit: 400)

  init(_ session: any SSHConnection, _ outbox: Outbox, _ binary: WorkerBinary) {
    self.session = session
    self.outbox = outbox
    self.binary = binary
  }

  /// Sends what the outbox holds, and the program if the host lacks it, and reads until the script
  /// has said all. It may take `timeoutSeconds`, and as long again after the last byte of the program
  /// that went; `onShipping` hears that one went.
  mutating func run(
    timeoutSeconds: Double, onShipping: () -> Void
  ) throws(LinkFailure) -> ExaminationTranscript {
    var limit = Deadline(secondsFromNow: timeoutSeconds)
    var upload: UploadFile?
    let session = session
    while !transcript.isComplete {
      var written = 0
      let write = { (bytes: ArraySlice<UInt8>) throws(LinkFailure) -> Int in
        written = try session.write(bytes)
        return written
      }
      let said = try session.read(.errors)
      let bytes = try session.read(.output)
      try outbox.withFront(limit: 1 << 16, write)
      errors.append(said)
      transcript.append(bytes)
      if transcript.takesFile(), upload == nil {
        upload = try UploadFile(
          DataFile(path: binary.path, hash: binary.hash, sizeBytes: binary.sizeBytes))
      }
      if let upload {
        written = 0
        try upload.withFront(write)
        if written > 0 {
          limit = Deadline(secondsFromNow: timeoutSeconds)
          onShipping()
        }
      }
      let hasMoved = !said.isEmpty || !bytes.isEmpty || written > 0
      if hasMoved, !transcript.isFlooded, !outbox.isCloseRequested { continue }
      try session.checkConnected()
      if session.isAtEnd || limit.hasPassed || outbox.isCloseRequested || transcript.isFlooded {
        throw unfinished
      }
      session.wait(until: limit)
    }
    return transcript
  }

  /// The script did not come to its end: what the account did instead.
  private var unfinished: LinkFailure {
    let printed = accountWords(transcript.words, errors.text)
    let name = session.target.name
    if transcript.isFlooded {
      return LinkFailure(
        .worker, "\(name): the account prints without end instead of running a command; \(printed)",
        remedy: "look at the login shell and its start-up files on the host")
    }
    guard transcript.hasAnswer else {
      return LinkFailure(
        .worker, "\(name): the account runs no command that it is given; \(printed)",
        remedy: runsNoCommand(session.target))
    }
    return LinkFailure(
      .worker, "\(name): the examination did not finish; \(printed)",
      remedy: "run it again; look for a host under heavy load")
  }
}
