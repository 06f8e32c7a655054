import Basics
import Posix
import SweepModel

/// Runs the script of an examination, of a ``HostCare`` or of a ``HostCommand``, over a channel.
struct ExaminationPump {
  private let channel: any Channel
  private let host: String
  private let outbox: Outbox
  private let binary: WorkerBinary
  /// The program that the script runs, whose silence and words are its own; nil for none.
  private let command: String?
  private var seconds = 0.0
  private var transcript: ExaminationTranscript
  private var errors = Tail(limit: 400)

  init(
    _ channel: any Channel, host: String, _ outbox: Outbox, _ binary: WorkerBinary,
    command: String? = nil
  ) {
    self.command = command
    transcript = ExaminationTranscript(
      noiseLimit: command == nil ? RemoteLines.noiseLimit : HostCommand.mostOutput)
    self.host = host
    self.channel = channel
    self.outbox = outbox
    self.binary = binary
  }

  /// Sends what the outbox holds, and the program if the host lacks it, and reads until the script
  /// has said all. It may take `timeoutSeconds`, and as long again after the last byte of the program
  /// that went; `onShipping` hears that one went.
  mutating func run(
    timeoutSeconds: Double, onShipping: () -> Void
  ) throws(LinkFailure) -> ExaminationTranscript {
    seconds = timeoutSeconds
    var limit = Deadline(secondsFromNow: timeoutSeconds)
    var upload: UploadFile?
    let channel = channel
    while !transcript.isComplete {
      var written = 0
      let write = { (bytes: ArraySlice<UInt8>) throws(LinkFailure) -> Int in
        written = try channel.write(bytes)
        return written
      }
      let said = try channel.read(.errors)
      let bytes = try channel.read(.output)
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
      try channel.checkConnected()
      if channel.isAtEnd || limit.hasPassed || outbox.isCloseRequested || transcript.isFlooded {
        throw unfinished(isLate: limit.hasPassed)
      }
      channel.wait(until: limit)
    }
    return transcript
  }

  /// The script did not come to its end: what the account did instead.
  private func unfinished(isLate: Bool) -> LinkFailure {
    if let command, transcript.hasAnswer, isLate || transcript.isFlooded {
      let did =
        transcript.isFlooded
        ? "prints without end" : "has not answered within \(Int(seconds.rounded())) s"
      return LinkFailure(
        .worker, "\(host): \(printable(command)) \(did)",
        remedy: "run it there by hand; it may wait for something that is away")
    }
    let printed = accountWords(transcript.words, errors.text)
    if transcript.isFlooded {
      return LinkFailure(
        .worker, "\(host): the account prints without end instead of running a command; \(printed)",
        remedy: "look at the login shell and its start-up files on the host")
    }
    guard transcript.hasAnswer else {
      return LinkFailure(
        .worker, "\(host): the account runs no command that it is given; \(printed)",
        remedy: channel.shellRemedy)
    }
    return LinkFailure(
      .worker, "\(host): the examination did not finish; \(printed)",
      remedy: "run it again; look for a host under heavy load")
  }
}
