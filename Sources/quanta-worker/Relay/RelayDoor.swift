import Glibc
import Posix
import WorkFolder

/// Where pilots dial a relay, and who is there that has not proved to be one.
final class RelayDoor {
  /// The most strangers at once; of more, the first ones go.
  private static let mostStrangers = 64
  /// How long one may take to prove that it has the key, seconds.
  private static let strangersSeconds = 5.0

  let listener: Descriptor
  let card: RelayCard
  /// The first to come first.
  private var strangers: [(mark: UInt64, until: Deadline)] = []
  private var isClosed = false

  /// Listens, and lays a card down in place of those whose relays are gone.
  init(of session: String, in folder: Directory) throws {
    let (listener, port) = try InternetAddress.listen()
    self.listener = listener
    card = RelayCard(port: port)
    let cards = try folder.folder(making: RelayCard.folder)
    for name in cards.names() {
      if let other = RelayCard(name, in: cards), other.isStale(session: session) {
        cards.removeFile(name)
      }
    }
    try card.write(in: cards)
  }

  /// The next one who has connected; nil when there is none, or when this process can have no more open.
  func accept() -> Descriptor? {
    guard let descriptor = UnixSocket.accept(listener) else {
      // Whoever knocks goes on knocking: it must not be all that is done here.
      if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { usleep(10_000) }
      return nil
    }
    InternetAddress.prepare(descriptor)
    return descriptor
  }

  /// Notes a stranger; whoever has to go for it.
  func meet(_ mark: UInt64) -> UInt64? {
    strangers.append((mark, Deadline(secondsFromNow: Self.strangersSeconds)))
    return strangers.count > Self.mostStrangers ? strangers.removeFirst().mark : nil
  }

  /// Somebody is no stranger any more, or is gone.
  func forget(_ mark: UInt64) { strangers.removeAll { $0.mark == mark } }

  /// Those who have taken too long.
  func overdue() -> [UInt64] { strangers.prefix { $0.until.hasPassed }.map(\.mark) }

  /// Takes the card away, once.
  func close(in session: Directory) {
    guard !isClosed else { return }
    isClosed = true
    guard let cards = (try? session.folder(RelayCard.folder)) ?? nil else { return }
    cards.removeFile(card.name)
    session.removeFolder(RelayCard.folder)
  }
}
