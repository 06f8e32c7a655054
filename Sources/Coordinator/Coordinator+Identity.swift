import Basics
import Foundation
import Scheduler
import Store
import SweepModel
import Transport
import Wire

// Who is who: hosts of the run that reach the same worker, and other runs that do.

extension Coordinator {
  /// The worker serves another link.
  func wait(_ index: Int, for occupation: Report.Occupation) {
    hosts[index].occupied = occupation
    let byOtherRun = occupation.run.map { $0.store != identity.store } ?? false
    advise(.occupied(index, instance: occupation.instance, byOtherRun: byOtherRun))
  }

  func yielding(_ index: Int) -> LinkFailure {
    let name = hosts[index].name
    let run = hosts[index].occupied?.run
    return LinkFailure(
      .occupied,
      "\(name): its worker serves another run, of process \(run?.process ?? 0) on "
        + "\(printable(run?.host ?? "")), from a store that is a copy of this one",
      remedy: "this run waits for that one to end; stop one of the two, and for good give "
        + "\(name) another `folder` in one of the cluster files")
  }

  func noteLeftOut(_ index: Int, for holder: Int) {
    let (name, other) = (hosts[index].name, hosts[holder].name)
    let failure = LinkFailure(
      .duplicate, "\(name) is \(other) once more: both reach one machine and work folder",
      remedy: "the run goes on with \(other); take one of the two out of the cluster file, or give "
        + "each a `folder` of its own")
    if hosts[index].failure != failure { onNote("\(failure.message); \(failure.remedy)") }
    hosts[index].failure = failure
  }

  /// Two workers on one machine, by two work folders: their cores are the same ones, unless somebody has
  /// shared them out, and so is whatever both count by name.
  func noteSharedMachine(_ index: Int, with other: Int) {
    let limits = [index, other].map { hosts[$0].transport.host.limits }
    var words: [String] = []
    if limits.contains(where: { $0.threads == 0 }) {
      words.append(
        "its cores are given out twice; say in the cluster file how many `cores` each may use")
    }
    let named = [index, other].map { index in
      hosts[index].transport.host.capacity(
        Amounts(), hosts[index].description?.devices ?? Devices())
    }
    words += named[0].named.filter { named[1][$0.name] > 0 }.map {
      "two jobs may get the same \($0.name); state `\($0.name)` for one of the two alone, and "
        + "`\($0.name): 0` for the other"
    }
    let pair = [index, other].map { hosts[$0].name }.sorted()
    guard !words.isEmpty, notedPairs.insert(pair).inserted else { return }
    onNote(
      "\(pair[0]) and \(pair[1]) are one machine with two work folders: "
        + words.joined(separator: "; "))
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
