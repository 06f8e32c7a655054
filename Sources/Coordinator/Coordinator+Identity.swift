import Foundation
import Scheduler
import Store
import SweepModel
import Transport
import Wire

// Who is who: hosts of the run that reach the same worker, and other runs that do.

extension Coordinator {
  /// A greeting told which worker this is: it learns whom it serves, and other links to it end.
  func introduce(_ index: Int, to identity: Report.WorkerIdentity) {
    hosts[index].send(.run(self.identity))
    for other in hosts.indices where other != index {
      let isReady =
        hosts[other].state == .ready
        && hosts[other].description?.identity?.instance == identity.instance
      let isWaiting = hosts[other].occupied?.instance == identity.instance
      if isReady || isWaiting { leaveOut(other, for: index) }
    }
    noteSharedMachine(index, identity)
  }

  /// The worker serves another link. That may be one of another host of this run, an old link of
  /// this host that broke unnoticed, or another run's.
  func wait(_ index: Int, for occupation: Report.Occupation) {
    hosts[index].occupied = occupation
    let holder = hosts.indices.first {
      hosts[$0].state == .ready
        && hosts[$0].description?.identity?.instance == occupation.instance
    }
    if let holder {
      leaveOut(index, for: holder)
      return reportPending()
    }
    if let run = occupation.run, run.store != identity.store {
      // Somebody works there: this is no reason to give up.
      hostlessSince = nil
      hosts[index].link?.close()
      let name = hosts[index].name
      return lose(
        index,
        LinkFailure(
          .occupied,
          "\(name): its worker serves another run, of process \(run.process) on "
            + "\(printable(run.host)), from a store that is a copy of this one",
          remedy: "this run waits for that one to end; stop one of the two, and for good give "
            + "\(name) another `folder` in one of the cluster files"))
    }
    hosts[index].send(.run(identity))
  }

  /// Ends a host's link in favour of another's to the same worker. That fewer hosts may still join is
  /// told once the other one has: else the run would end for want of hosts.
  private func leaveOut(_ index: Int, for holder: Int) {
    let (name, other) = (hosts[index].name, hosts[holder].name)
    let wasReady = hosts[index].state == .ready
    hosts[index].link?.close()
    hosts[index].link = nil
    hosts[index].generation += 1
    hosts[index].occupied = nil
    hosts[index].state = .duplicate(of: other)
    let failure = LinkFailure(
      .duplicate, "\(name) is \(other) once more: both reach one machine and work folder",
      remedy: "the run goes on with \(other); take one of the two out of the cluster file, or give "
        + "each a `folder` of its own")
    let isNews = hosts[index].failure != failure
    hosts[index].failure = failure
    if isNews { onNote("\(failure.message); \(failure.remedy)") }
    if wasReady { handle(.left(worker: name)) }
  }

  /// A host is lost: those that were left out in its favour may reach the worker.
  func tryDuplicates(of name: String) {
    for index in hosts.indices where hosts[index].state == .duplicate(of: name) {
      hosts[index].state = .waiting(until: Self.monotonicSeconds())
    }
  }

  /// Two workers on one machine, by two work folders: their cores are the same ones.
  private func noteSharedMachine(_ index: Int, _ identity: Report.WorkerIdentity) {
    let other = hosts.first {
      $0.name != hosts[index].name && $0.state == .ready
        && $0.description?.identity?.machine == identity.machine
        && $0.description?.identity?.instance != identity.instance
    }
    guard let other else { return }
    guard hosts[index].transport.host.cores == nil || other.transport.host.cores == nil else {
      return  // somebody has shared them out
    }
    let pair = [hosts[index].name, other.name].sorted()
    guard notedPairs.insert(pair).inserted else { return }
    onNote(
      "\(pair[0]) and \(pair[1]) are one machine with two work folders: its cores are given out "
        + "twice; say in the cluster file how many `cores` each may use")
  }

  /// Who this coordinator is. A copy of its store is another file, and another run.
  static func identity(of layout: StoreLayout) -> RunIdentity {
    var status = stat()
    stat(layout.database, &status)
    let machine =
      (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let host = ProcessInfo.processInfo.hostName
    return RunIdentity(
      store: "\(machine ?? host) \(status.st_dev) \(status.st_ino)", host: host,
      process: Int(getpid()))
  }
}
