import Glibc
import Posix
import Wire
import WorkFolder

/// `relay`: the links to all pilots of a pool through one process on the login host, many streams in the
/// one between standard input and output.
///
/// A pilot finds its card in the shared folder and dials; the coordinator's stream to a pilot that has not
/// goes by mail, which always works. `mail` is the same without a card. It holds no state: killing it costs the
/// time until the next one is there, and no more. One thread; those that read and write letters have
/// their own, as file systems block.
struct Relay {
  private static let inputMark: UInt64 = 0
  private static let outputMark: UInt64 = 1
  private static let doorMark: UInt64 = 2
  /// How long a pilot may take to dial once the coordinator wants it, seconds.
  static let dialSeconds = 5.0
  /// What waits for the coordinator beyond which nothing is read for it, bytes.
  private static let mostWaiting = 4 << 20
  /// How long pilots may take for what was said to them last, seconds.
  private static let lastSeconds = 3.0
  /// A coordinator that says nothing for so long is gone, and its connection broke unnoticed, seconds.
  private static let silenceSeconds = 600.0

  let session: Directory
  let folder: String
  var multiplexer = Multiplexer()
  var door: RelayDoor?
  private let ready: ReadySet
  private let input = Descriptor(borrowing: 0)
  private let output = Descriptor.standardOutput
  private var outgoing = ByteQueue()
  private var isOutputWatched = false
  private var isOver = false
  private var silence = Deadline(secondsFromNow: Self.silenceSeconds)

  private var lastMark = Self.doorMark
  var peers: [UInt64: RelayPeer] = [:]
  /// Peers by the coordinator's channels.
  var channels: [UInt32: UInt64] = [:]
  /// Pilots that have dialled and that nobody wants yet.
  var parked: [String: UInt64] = [:]
  /// Channels whose pilots may still dial.
  var awaited: [UInt32: (pilot: String, until: Deadline)] = [:]
  /// Pilots that did not dial when they were wanted: nobody waits for them again.
  var mailed: Set<String> = []
  private var paused: Set<UInt64> = []
  private var leaving: [UInt64: Deadline] = [:]

  init(_ invocation: Invocation) throws {
    folder = invocation.folder
    let work = try WorkFolder(entering: invocation.folder) ?? WorkFolder(making: invocation.folder)
    session = try work.part("sessions").folder(making: invocation.session)
    Leftovers(invocation).touch()
    ready = try ReadySet()
    for end in [input, output] { end.makeNonBlocking() }
    try ready.add(input, mark: Self.inputMark)
    if invocation.verb == .relay {
      do {
        let door = try RelayDoor(of: invocation.session, in: session)
        try ready.add(door.listener, mark: Self.doorMark)
        self.door = door
      } catch {
        complain("no pilot can dial this relay: \(error)")
      }
    }
  }

  mutating func run() throws {
    defer { door?.close(in: session) }
    while !isOver, !EndRequest.hasCome, !silence.hasPassed { try turn() }
    door?.close(in: session)
    for channel in channels.keys { hangUp(channel) }
    let limit = Deadline(secondsFromNow: Self.lastSeconds)
    while !leaving.isEmpty, !limit.hasPassed { try turn() }
  }

  private mutating func turn() throws {
    for mark in ready.wait(seconds: 1) {
      switch mark {
      case Self.inputMark: try readInput()
      case Self.outputMark: break
      case Self.doorMark: meetStrangers()
      default: if let peer = peers[mark] { serve(peer) }
      }
    }
    keepTime()
    do {
      try writeOutput()
    } catch {
      isOver = true  // nobody hears it any more
    }
  }

  // MARK: The coordinator

  private mutating func readInput() throws {
    guard !isOver, let bytes = try input.readSome(1 << 18) else { return }
    guard !bytes.isEmpty else {
      isOver = true
      return ready.remove(input)
    }
    silence = Deadline(secondsFromNow: Self.silenceSeconds)
    for event in try multiplexer.receive(bytes) { obey(event) }
    resume()
  }

  private mutating func writeOutput() throws(PosixError) {
    if outgoing.count < Self.mostWaiting { outgoing.append(multiplexer.takeOutgoing()) }
    while !outgoing.isEmpty {
      let count = try output.writeSome(outgoing.front(1 << 18))
      if count == 0 { break }
      outgoing.drop(count)
    }
    guard isOutputWatched == outgoing.isEmpty else { return }
    isOutputWatched.toggle()
    if isOutputWatched {
      try ready.add(output, mark: Self.outputMark, reads: false, writes: true)
    } else {
      ready.remove(output)
    }
  }

  /// Reads of pilots again whose words the coordinator has taken.
  private mutating func resume() {
    for mark in paused {
      guard let peer = peers[mark], let channel = peer.channel,
        multiplexer.waiting(on: channel) >= Multiplexer.window
      else {
        paused.remove(mark)
        peers[mark]?.isPaused = false
        if let peer = peers[mark] { watch(peer) }
        continue
      }
    }
  }

  // MARK: Pilots

  /// Knows somebody new by a mark of its own.
  mutating func add(_ peer: (UInt64) -> RelayPeer) -> RelayPeer {
    lastMark += 1
    let peer = peer(lastMark)
    peers[lastMark] = peer
    watch(peer)
    return peer
  }

  private mutating func serve(_ peer: RelayPeer) {
    do {
      try write(to: peer)
      // Neither to be read nor written, and yet told of: it is gone, which is seen once it is read again.
      guard !peer.isPaused else { return unwatch(peer) }
      guard let bytes = try peer.read() else { return end(peer) }
      if let pilot = peer.pilot, peer.channel == nil, !peer.isLeaving, parked[pilot] != peer.mark {
        welcome(peer, pilot)
        guard peers[peer.mark] != nil else { return }
      }
      if !bytes.isEmpty, !peer.isLeaving {
        guard let channel = peer.channel else { return end(peer) }
        multiplexer.send(bytes, on: channel)
        peer.isPaused = multiplexer.waiting(on: channel) >= Multiplexer.window
        if peer.isPaused { paused.insert(peer.mark) }
      }
      try write(to: peer)
      watch(peer)
    } catch {
      end(peer)
    }
  }

  /// Writes what waits for a peer; one that leaves and has all hears the end.
  private mutating func write(to peer: RelayPeer) throws(PosixError) {
    guard peer.wantsToWrite else { return }
    let taken = try peer.flush()
    if let channel = peer.channel, taken > 0 { multiplexer.took(taken, on: channel) }
    if peer.isLeaving, !peer.wantsToWrite { peer.endWriting() }
  }

  /// Sends at once what a peer was given.
  mutating func push(_ peer: RelayPeer) {
    do {
      try write(to: peer)
      watch(peer)
    } catch {
      end(peer)
    }
  }

  /// The coordinator lets a pilot go: it hears what was said before, and then the end.
  mutating func hangUp(_ channel: UInt32) {
    awaited[channel] = nil
    guard let mark = channels.removeValue(forKey: channel), let peer = peers[mark] else { return }
    peer.channel = nil
    peer.isLeaving = true
    peer.isPaused = false
    leaving[mark] = Deadline(secondsFromNow: Self.lastSeconds)
    if peer.wantsToWrite { push(peer) } else { peer.endWriting() }
    if peers[mark] != nil { watch(peer) }
  }

  /// A peer is gone, or has said what none says.
  mutating func end(_ peer: RelayPeer) {
    unwatch(peer)
    peer.descriptor.close()
    peers[peer.mark] = nil
    leaving[peer.mark] = nil
    paused.remove(peer.mark)
    door?.forget(peer.mark)
    if let pilot = peer.pilot, parked[pilot] == peer.mark { parked[pilot] = nil }
    guard let channel = peer.channel else { return }
    channels[channel] = nil
    multiplexer.close(channel)
  }

  private func watch(_ peer: RelayPeer) {
    let wanted = (reads: !peer.isPaused, writes: peer.wantsToWrite)
    if let watched = peer.watched {
      guard watched != wanted else { return }
      try? ready.change(
        peer.descriptor, mark: peer.mark, reads: wanted.reads, writes: wanted.writes)
    } else {
      try? ready.add(peer.descriptor, mark: peer.mark, reads: wanted.reads, writes: wanted.writes)
    }
    peer.watched = wanted
  }

  private func unwatch(_ peer: RelayPeer) {
    if peer.watched != nil { ready.remove(peer.descriptor) }
    peer.watched = nil
  }

  private mutating func keepTime() {
    for mark in door?.overdue() ?? [] { peers[mark].map { end($0) } }
    for (mark, limit) in leaving where limit.hasPassed { peers[mark].map { end($0) } }
    for (channel, wish) in awaited where wish.until.hasPassed {
      awaited[channel] = nil
      mailed.insert(wish.pilot)
      openMailbox(of: wish.pilot, on: channel)
    }
  }

  private mutating func meetStrangers() {
    while let door, let descriptor = door.accept() {
      let peer = add { RelayPeer(descriptor, key: door.card.key, mark: $0) }
      if let oldest = door.meet(peer.mark).flatMap({ peers[$0] }) { end(oldest) }
      push(peer)
    }
  }
}
