public import SweepModel

/// What happens to the hosts of a run; hosts are named by their place in ``HostBook/hosts``.
public enum HostInput: Hashable, Sendable {
  /// A host joins the run, by its name; the way there is so many times as slow as others.
  case added(String, pace: Double = 1)
  /// A host has left for good.
  case removed(Int, as: Departure = .taken)
  /// A pool that may add hosts will add none.
  case settled
  /// A turn of the shell: connect what is due, send signs of life, give up what is silent.
  case turn
  /// The shell itself was away for so many seconds and could hear nobody.
  case awoke(after: Double)
  /// A file that the host lacked is on its way there.
  case shipping(Int)
  /// The pipe to the worker stands, on a way that is so many times as slow as others; nil where that is
  /// known.
  case opened(Int, pace: Double? = nil)
  /// Something came from the worker.
  case heard(Int)
  /// The worker greeted.
  case greeted(Int, HostGreeting)
  /// The worker of an instance serves another link, perhaps of another run.
  case occupied(Int, instance: String, byOtherRun: Bool)
  /// The peer does what no worker does.
  case misbehaved(Int)
  /// The link ended; nil when that was asked for.
  case lost(Int, HostTrouble?)
  /// The run is over: workers hand over what they hold and end.
  case finish
  /// The run is over at once: workers are left to themselves.
  case abandon
  /// The link stands, and the run is over.
  case openedLate(Int, closing: Bool)
  /// The link ended, and the run is over.
  case ended(Int)
}

/// What the shell does about the hosts, in this order.
public enum HostEffect: Hashable, Sendable {
  /// Opens a link; what it says counts while the entry's generation stays.
  case connect(Int)
  /// Closes the link.
  case close(Int)
  /// Sends a word to the worker.
  case send(Int, HostWord)
  /// Lets the scheduler handle an event.
  case tell(Event)
  /// The link was given up because nothing came for a lease's length; ``lost(_:isNews:)`` follows.
  case silent(Int)
  /// The link was given up because of what its peer said, and the host is left alone for some
  /// seconds; ``lost(_:isNews:)`` follows.
  case shunned(Int, seconds: Double)
  /// The link was given up because the worker serves another run; ``lost(_:isNews:)`` follows.
  case yielded(Int)
  /// The host is lost; `isNews` when a person has not been told the like since it last greeted.
  case lost(Int, isNews: Bool)
  /// The host has reached the worker of another one and is left out.
  case leftOut(Int, for: Int)
  /// The host is taken away.
  case removed(Int)
  /// Two hosts are one machine with two work folders.
  case sharesMachine(Int, with: Int)
}

/// What a coordinator says to a worker besides the scheduler's orders.
public enum HostWord: Hashable, Sendable {
  /// The first word on every link: how often to speak, how long to wait.
  case hello
  /// Who gives the orders.
  case run
  /// A sign of life.
  case heartbeat
  /// The run is over.
  case shutdown
}
