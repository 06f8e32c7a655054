import Basics
import SweepModel

// What a host lets a process have: nice, ulimit, and the files that its disk can still hold.

extension HostFindings {
  /// Files that a worker makes before its first job, with some to spare.
  private static let neededFiles = 32.0

  /// What is limited there or by the cluster file; nothing where nothing is.
  func limits(_ host: HostSpec) -> [HostReport.Check] {
    [gpus(host), niceness(host), cpuTime(), fileSize(), processes(host), others(), logout()]
      .compactMap(\.self)
  }

  /// The GPUs that the worker found, and what the cluster file makes of them; nothing where there are
  /// none and nobody speaks of them.
  private func gpus(_ host: HostSpec) -> HostReport.Check? {
    guard let answer = answers["gpu"] else { return nil }
    let wanted = host.limits[Device.resource].count
    let entries = limit("gpu").reason.split(separator: "|").map { entry in
      entry.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
    let tokens = Set(entries.flatMap { [$0.first ?? "", $0.count > 3 ? $0[3] : ""] })
    let found = entries.map { entry in
      let bytes = entry.count > 2 ? Double(entry[2]) ?? 0 : 0
      let words = [entry.count > 1 ? entry[1] : "", bytes > 0 ? HostFindings.size(bytes) : ""]
        .filter { !$0.isEmpty }
      return (entry.first ?? "") + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
    }
    let text =
      answer == "none"
      ? "none for us (CUDA_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES says so)"
      : found.isEmpty ? "none found" : found.joined(separator: ", ")
    if let unknown = host.tokens[Device.resource]?.first(where: { !tokens.contains($0) }) {
      return .init(
        "GPUs", .warning, "\(text); the cluster file names \(printable(unknown))",
        remedy: "jobs get the tokens as they stand there: look whether programs take them "
          + "(`nvidia-smi -L` on the host)")
    }
    let isNamed = host.tokens[Device.resource] != nil
    if !isNamed, wanted > found.count {
      return .init(
        "GPUs", .warning, "\(text); the cluster file gives it \(wanted)",
        remedy: found.isEmpty && answer != "none"
          ? "jobs get the numbers from 0 on: lower `gpu` of this host unless devices of a kind that "
            + "is not looked for are meant"
          : "no more than are there are used: lower `gpu` of this host")
    }
    if found.isEmpty, answer != "none" { return nil }
    let share =
      isNamed
      ? "; jobs use those that the cluster file names"
      : wanted > 0 && wanted < found.count ? "; jobs use the first \(wanted)" : ""
    let withheld = host.withheld.contains(Device.resource) ? "; jobs use none" : ""
    return .init("GPUs", .ok, text + share + withheld)
  }

  private func others() -> HostReport.Check? {
    answers["others"].map {
      .init(
        "other runs", .warning, printable($0),
        remedy:
          "a run of this cluster file shares its cores with them: wait for their end, or give "
          + "`cores` for this host")
    }
  }

  private func logout() -> HostReport.Check? {
    guard let user = answers["logout"].map({ printable($0) }) else { return nil }
    return .init(
      "logout", .warning,
      "a logout ends the processes of \(user) (KillUserProcesses of logind): a worker ends with its "
        + "connection, and its jobs go on from their checkpoints elsewhere",
      remedy:
        "have KillExcludeUsers=\(user) or KillUserProcesses=no set in /etc/systemd/logind.conf "
        + "there; `loginctl enable-linger \(user)` keeps what systemd's user manager starts")
  }

  private func niceness(_ host: HostSpec) -> HostReport.Check? {
    guard let text = answers["nice"], let nice = Int(text), host.nice != nil || nice != 0 else {
      return nil
    }
    guard let wanted = host.nice, wanted != nice else {
      let origin = host.nice == nil ? " (the account's own)" : ""
      return .init("nice", .ok, "\(nice)\(origin)")
    }
    return .init(
      "nice", .warning, "\(nice), though the cluster file says \(wanted)",
      remedy:
        "the account starts at \(nice), and only root can give way less: write `nice: \(nice)`")
  }

  private func cpuTime() -> HostReport.Check? {
    guard let seconds = answers["cputime"].flatMap({ Int($0) }) else { return nil }
    return .init(
      "CPU time", .warning, "CPU time limited to \(seconds) s per process by ulimit -t",
      remedy: "longer jobs go on from a checkpoint in another process; have the limit raised "
        + "(/etc/security/limits.conf, start-up files) to spare them that")
  }

  private func fileSize() -> HostReport.Check? {
    guard let bytes = answers["filesize"].flatMap({ Double($0) }) else { return nil }
    return .init(
      "file size", .warning, "files limited to \(HostFindings.size(bytes)) by ulimit -f",
      remedy: "larger checkpoints are kept by the coordinator alone; have the limit raised "
        + "(/etc/security/limits.conf, start-up files)")
  }

  /// A slot has three threads of its own beside those that compute.
  private func processes(_ host: HostSpec) -> HostReport.Check? {
    let (text, limit) = limit("tasks")
    guard let left = Int(text) else { return nil }
    let cores =
      host.limits.threads > 0 ? host.limits.threads : Int(self.limit("cores").number) ?? 1
    let needed = 4 + 4 * cores
    guard left < needed else { return nil }
    return .init(
      "processes", .warning,
      "room for \(counted(left, "process", plural: "processes")) and threads more (the cgroup's "
        + "pids.max of \(limit)); \(counted(cores, "core")) may need \(needed)",
      remedy: "raise pids.max there (systemd: TasksMax=), or lower `cores` of this host")
  }

  /// What is wrong with the number of files that the disk can still hold; nil when nothing is.
  /// File systems that make inodes as they need them tell no share of them.
  func inodes(_ host: HostSpec) -> HostReport.Check? {
    guard let free = free("inodes"), free < 1000 else { return nil }
    let detail = "\(counted(Int(free), "inode")) free in \(host.workFolder)"
    let remedy = "remove files there, however small, or name a work folder on another disk"
    return free < HostFindings.neededFiles
      ? .init(
        "disk", .failure,
        "\(detail): it holds no more files than that; the worker needs "
          + "\(Int(HostFindings.neededFiles))", remedy: remedy)
      : .init("disk", .warning, "\(detail); results and checkpoints may not fit", remedy: remedy)
  }
}
