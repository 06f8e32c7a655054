import Foundation
import Posix

extension ChaosRun {
  /// Lets a fault happen to a host; false when there is nothing to hit now.
  func inject(_ fault: ChaosFault, on host: Int) throws -> Bool {
    if let victims = fault.victims { return try hosts.kill(victims, on: host) }
    switch fault {
    case .name:
      hosts.nameless.insert(host)
      try hosts.writeNames()
    case .duplicate:
      hosts.twice.insert(host)
      try hosts.writeCluster()
      coordinator.stop()
    // Somebody copies the store and runs the copy on the same hosts, under the same identity.
    case .copy:
      guard copy == nil else { return false }
      try? FileManager.default.removeItem(atPath: place.path("copy"))
      // Files come and go meanwhile, which the program takes better than FileManager does.
      _ = try Child.output(of: ["cp", "-a", place.store, place.path("copy")])
      copy = try place.coordinate("copy", seeds: coordinator.seeds, log: "copy.log")
    default: break
    }
    try perform(fault.verbs.begin, on: host)
    return true
  }

  /// Ends a fault of a host.
  func mend(_ fault: ChaosFault, on host: Int) throws {
    try perform(fault.verbs.end, on: host)
    switch fault {
    // A changed key stops its host until a person has looked and starts the run again.
    case .key: coordinator.stop()
    case .name:
      hosts.nameless.remove(host)
      try hosts.writeNames()
    case .duplicate:
      hosts.twice.remove(host)
      try hosts.writeCluster()
      coordinator.stop()
    case .copy:
      KeptCoordinator.stop(copy)
      if let running = copy { _ = try Interruption.code(of: running) }
      copy = nil
    default: break
    }
  }

  private func perform(_ verbs: [String], on host: Int) throws {
    for verb in verbs {
      let words = verb.split(separator: " ").map(String.init)
      try place.lab([words[0], "\(host)"] + words.dropFirst())
    }
  }
}
