import Posix
import Wire
import WorkFolder

// What the coordinator wants of a relay: streams to pilots.

extension Relay {
  /// How a stream goes, as the coordinator is told.
  enum Way: String {
    case dialled
    case mail
  }

  /// A stack for who carries letters, bytes.
  private static let carriersStack = 256 << 10

  /// Does what the coordinator says.
  mutating func obey(_ event: Multiplexer.Event) {
    switch event {
    case .opens(let channel, let pilot): open(channel, to: pilot)
    case .bytes(let channel, let bytes):
      // What was meant for one that is gone finds no place: the end is on its way to the coordinator.
      guard let peer = channels[channel].flatMap({ peers[$0] }) else { return }
      peer.send(bytes)
      push(peer)
    case .closed(let channel, _): hangUp(channel)
    case .answered: break
    }
  }

  private mutating func open(_ channel: UInt32, to pilot: String) {
    guard OwnName.isPilot(pilot) else {
      return multiplexer.close(channel, "no pilot has such a name")
    }
    if let peer = parked[pilot].flatMap({ peers[$0] }) { return join(channel, peer, pilot) }
    if door == nil || mailed.contains(pilot) { return openMailbox(of: pilot, on: channel) }
    awaited[channel] = (pilot, Deadline(secondsFromNow: Self.dialSeconds))
  }

  /// A pilot has dialled and proved who it is. Of two, the later one is it: the earlier connection broke
  /// unnoticed.
  mutating func welcome(_ peer: RelayPeer, _ pilot: String) {
    door?.forget(peer.mark)
    guard OwnName.isPilot(pilot) else { return end(peer) }
    if let earlier = parked.removeValue(forKey: pilot).flatMap({ peers[$0] }) { end(earlier) }
    mailed.remove(pilot)
    parked[pilot] = peer.mark
    if let channel = awaited.first(where: { $0.value.pilot == pilot })?.key {
      join(channel, peer, pilot)
    }
  }

  private mutating func join(_ channel: UInt32, _ peer: RelayPeer, _ pilot: String) {
    parked[pilot] = nil
    awaited[channel] = nil
    channels[channel] = peer.mark
    peer.channel = channel
    peer.begin()
    multiplexer.answer(Way.dialled.rawValue, on: channel)
    push(peer)
  }

  /// Opens the mailbox of a pilot that has not dialled.
  mutating func openMailbox(of pilot: String, on channel: UInt32) {
    do {
      guard let box = try session.folder(MailRoom.name)?.folder(pilot) else {
        throw PosixError("the pilot \(pilot) has no mailbox in \(folder)")
      }
      let name = OwnName.newMailbox()
      let letters = try box.folder(making: name)
      let (ours, theirs) = try makeSocketPair()
      let isStarted = startThread(stackBytes: Self.carriersStack) {
        Self.carry(letters, name, in: box, theirs)
      }
      guard isStarted else { throw PosixError("the system gives no more threads (ulimit -u)") }
      ours.makeNonBlocking()
      let peer = add { RelayPeer(mailbox: ours, mark: $0) }
      peer.channel = channel
      channels[channel] = peer.mark
      multiplexer.answer(Way.mail.rawValue, on: channel)
    } catch {
      multiplexer.close(channel, "\(error)")
    }
  }

  /// Carries letters between a mailbox and the relay, to the end of either; on a thread of its own.
  private static func carry(
    _ letters: Directory, _ name: String, in box: Directory, _ relay: Descriptor
  ) {
    defer { relay.close() }
    relay.makeNonBlocking()
    var pump = MailPump(Letterbox(letters, of: .coordinator), input: relay, output: relay)
    do {
      if try pump.run() { FolderArchive.remove(name, in: box.number) }
    } catch {
      complain("the link by mail \(name) ended: \(error)")
    }
  }
}
