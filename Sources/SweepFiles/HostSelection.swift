import Basics
public import SweepModel

extension Cluster {
  /// The hosts and pools that a text such as `gpu`, `node[01-04],big` or `all` chooses, in the cluster's
  /// order. Throws for a word that is neither a group nor a host, with those that are near.
  ///
  /// - Parameter origin: What errors name, such as `--hosts gpu`.
  public func part(chosenBy text: String, origin: String) throws(FileError) -> Cluster {
    let selection = HostSelection(
      hosts: hosts.map(\.name) + pools.map(\.name), groups: groups)
    var chosen: Set<String> = []
    for word in HostRange.list(text) {
      do throws(HostSelection.Problem) {
        chosen.formUnion(try selection.names(word))
      } catch {
        throw FileError(file: origin, message: error.message, remedy: error.remedy)
      }
    }
    return Cluster(
      hosts: hosts.filter { chosen.contains($0.name) },
      pools: pools.filter { chosen.contains($0.name) }, groups: groups)
  }
}

/// Finds hosts by names, ranges of names, and groups.
struct HostSelection {
  /// Why a word chooses nothing.
  struct Problem: Error {
    let message: String
    let remedy: String?
  }

  /// The names of all hosts.
  let hosts: [String]
  /// The groups that are known.
  let groups: [HostGroup]
  private let known: Set<String>

  init(hosts: [String], groups: [HostGroup]) {
    self.hosts = hosts
    self.groups = groups
    known = Set(hosts)
  }

  /// The hosts that one word means: a group, `all`, a host, or a range of hosts.
  func names(_ word: String) throws(Problem) -> [String] {
    if known.contains(word) { return [word] }
    if let group = groups.first(where: { $0.name == word }) { return group.hosts }
    if word == "all" { return hosts }
    let names: [String]
    do throws(HostRange.Problem) {
      names = try HostRange.names(word)
    } catch {
      throw Problem(message: "\(quoted(word)) \(error.message)", remedy: "write node[01-04],big")
    }
    if let missing = names.first(where: { !known.contains($0) }) {
      let groups = groups.map(\.name)
      throw Problem(
        message: "no host\(groups.isEmpty ? "" : " or group") is called \(quoted(missing))",
        remedy: NearestWord.remedy(for: missing, in: groups + hosts))
    }
    return names
  }
}
