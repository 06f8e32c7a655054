import Glibc
import Posix

/// `attach`: a pipe between standard input/output and the session's worker.
///
/// It holds no state: killing it harms nothing, and the next one finds the same worker.
struct Attachment {
  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws(PosixError) {
    Leftovers(invocation).touch()
    let socket = try connectOrStart()
    // A worker that was there before may have started under another cluster file.
    if let nice = invocation.nice { Niceness.give(nice, to: invocation.session) }
    try pump(socket)
  }

  private func connectOrStart() throws(PosixError) -> Descriptor {
    if SessionFolder.enterOlderPart(of: invocation),
      let socket = try? UnixSocket.connect(SessionFolder.socketName)
    {
      return socket  // it hands over what it holds, and ends
    }
    if invocation.pilot != nil { return try connectToPilot() }
    for _ in 0..<5 {
      // Every time anew: a worker that ends takes its folder with it, at any moment.
      guard let folder = try? SessionFolder(entering: invocation) else { continue }
      if let socket = try UnixSocket.connect(SessionFolder.socketName) {
        wake(socket)
        return socket
      }
      try? startWorker(in: folder)
    }
    let folder = try SessionFolder(entering: invocation)
    let tail = String(decoding: folder.readLog().suffix(500), as: UTF8.self)
    throw PosixError("the worker does not start; its log \(folder.log) ends:\n\(tail)")
  }

  /// A pilot is its allocation's own process: nobody else starts one, and where none listens it is gone.
  private func connectToPilot() throws(PosixError) -> Descriptor {
    _ = try SessionFolder(entering: invocation)
    guard let socket = try UnixSocket.connect(SessionFolder.socketName) else {
      throw PosixError("the pilot \(invocation.pilot ?? "") does not listen any more")
    }
    wake(socket)
    return socket
  }

  /// A worker that was stopped would never answer, and keep every other one from starting.
  private func wake(_ socket: Descriptor) {
    guard let worker = UnixSocket.listener(of: socket), ProcessTree.isStopped(worker) else {
      return
    }
    complain("the worker \(worker) was stopped by a signal; it goes on")
    kill(worker, SIGCONT)
  }

  /// Starts a worker and waits until it listens or has ended: its standard output is a pipe that
  /// it closes in either case.
  private func startWorker(in folder: SessionFolder) throws(PosixError) {
    let (ready, listening) = try makePipe()
    let log = Descriptor(number: try folder.openLog())
    _ = try Child(
      invocation.arguments(for: .serve), program: Invocation.program, output: listening,
      errors: log)
    listening.close()
    while let bytes = try ready.readSome(), !bytes.isEmpty {}
  }

  /// Nobody takes reports any more; what was ordered before still reaches the worker.
  private func passOrders(from input: Descriptor, to socket: Descriptor) {
    while let bytes = try? input.readSome(), !bytes.isEmpty {
      guard (try? socket.writeAll(bytes)) != nil else { return }
    }
  }

  private func pump(_ socket: Descriptor) throws(PosixError) {
    let input = Descriptor(borrowing: 0)
    let output = Descriptor.standardOutput
    var descriptors = [
      pollfd(fd: input.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      guard poll(&descriptors, 2, -1) >= 0 else {
        if errno == EINTR { continue }
        throw PosixError(call: "poll")
      }
      // Orders first: a coordinator that dies now has made what it ordered durable.
      if descriptors[0].revents != 0, let bytes = try input.readSome() {
        if bytes.isEmpty { return }
        try socket.writeAll(bytes)
      }
      if descriptors[1].revents != 0, let bytes = try socket.readSome() {
        if bytes.isEmpty { return }
        do {
          try output.writeAll(bytes)
        } catch {
          return passOrders(from: input, to: socket)
        }
      }
    }
  }
}
