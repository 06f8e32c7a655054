import Glibc
import Posix
import Synchronization
import WorkFolder

/// The mailboxes of a pilot in the folder of its session, which all machines of a batch system share: links
/// that need no network between them. Beside them, cards of relays that can be dialled.
///
/// Its own thread looks for those who begin to write there, and joins each to the worker's socket as a
/// process would that attaches.
final class MailRoom: Sendable {
  /// The folder of all pilots' mailboxes in that of a session.
  static let name = "mail"
  /// How long a new link may wait to be seen, milliseconds.
  private static let pauseMilliseconds: Int32 = 500
  /// How long the last letters wait to be taken, seconds.
  private static let lastLettersSeconds = 3.0

  private struct State {
    var known: Set<String> = []
    var open = 0
    var isClosing = false
  }

  private let session: Directory
  private let pilot: String
  private let folder: Directory
  private let state = Mutex(State())
  private let wake = Waker()
  private let caller: RelayCaller

  /// How many looks there are from one for cards to the next while a relay is reached.
  private static let looksBetweenCards = 10

  /// Makes the folder; nil for a worker that is no pilot.
  init?(of invocation: Invocation, in session: Directory) throws(PosixError) {
    guard let pilot = invocation.pilot else { return nil }
    self.session = session
    self.pilot = pilot
    caller = RelayCaller(pilot: pilot, in: session)
    do {
      folder = try session.folder(making: Self.name).folder(making: pilot)
    } catch {
      throw PosixError("\(error)")
    }
  }

  /// Begins to look for links; without a thread there are none.
  func open() {
    _ = startThread { [self] in
      var looks = 0
      while !state.withLock({ $0.isClosing }) {
        if !caller.isReached || looks.isMultiple(of: Self.looksBetweenCards) { caller.look() }
        looks += 1
        for name in folder.names() where OwnName.isMailbox(name) { serve(name) }
        var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, Self.pauseMilliseconds)
      }
    }
  }

  /// The worker has closed its links: waits until what it said last is taken, and removes what is empty.
  func close() {
    state.withLock { $0.isClosing = true }
    caller.close()
    wake.wake()
    let limit = Deadline(secondsFromNow: Self.lastLettersSeconds)
    while !limit.hasPassed,
      state.withLock({ $0.open }) > 0 || caller.isBusy || !folder.names().isEmpty
    {
      poll(nil, 0, 50)
    }
    guard let mail = (try? session.folder(Self.name)) ?? nil else { return }
    mail.removeFolder(pilot)
    session.removeFolder(Self.name)
  }

  private func serve(_ name: String) {
    let isNew = state.withLock { state in
      guard !state.isClosing, state.known.insert(name).inserted else { return false }
      state.open += 1
      return true
    }
    guard isNew else { return }
    let isStarted = startThread { [self] in
      pump(name)
      state.withLock { $0.open -= 1 }
    }
    if !isStarted { state.withLock { $0.open -= 1 } }
  }

  private func pump(_ name: String) {
    do {
      guard let box = try folder.folder(name),
        let socket = try UnixSocket.connect(SessionFolder.socketName)
      else { return }
      socket.makeNonBlocking()
      var pump = MailPump(Letterbox(box, of: .worker), input: socket, output: socket)
      if try pump.run() { FolderArchive.remove(name, in: folder.number) }
    } catch {
      complain("the link by mail \(name) ended: \(error)")
    }
  }
}
