import Basics

/// What Slurm says, in a sentence with what to do about it.
enum SlurmWords {
  private struct Refusal {
    let words: [String]
    let remedy: String
    /// Asking again is of no use before a person has done something.
    var isFinal = true
  }

  /// What `sbatch` says when it refuses; the first that matches counts.
  private static let refusals: [Refusal] = [
    Refusal(
      words: ["invalid partition"],
      remedy: "`sinfo` lists the partitions; write one as `partition`, or leave it out"),
    Refusal(
      words: ["invalid account", "invalid account or account/partition"],
      remedy:
        "ask for the account that you may use (`sacctmgr show assoc user=$USER`), and write it as "
        + "`account`"),
    Refusal(words: ["invalid qos"], remedy: "write a `qos` that your account may use, or none"),
    Refusal(
      words: ["requested time limit is invalid", "time limit exceeds", "partitiontimelimit"],
      remedy: "`sinfo -o %l` shows the partitions' limits; write a shorter `time`"),
    Refusal(
      words: ["memory specification can not be satisfied", "requested memory"],
      remedy: "write less `memory`, or `skip: [mem]` where the site refuses it"),
    Refusal(
      words: ["cpu count per node can not be satisfied", "more processors requested"],
      remedy: "write fewer `cores`: no node of the partition has so many"),
    Refusal(
      words: ["invalid generic resource", "gres"],
      remedy: "`sinfo -o %G` shows what GPUs are called there; write `gpus: 0` and "
        + "`extra: [\"--gres=NAME\"]`"),
    Refusal(
      words: ["invalid feature specification", "bad constraints", "badconstraints"],
      remedy: "`sinfo -o %f` lists the features; mend `--constraint` under `extra`"),
    Refusal(
      words: ["job array specification"],
      remedy: "arrays are smaller there (`scontrol show config` says MaxArraySize): lower `count`"),
    Refusal(
      words: ["configuration source", "fetch config", "parse slurm.conf"],
      remedy: "Slurm's commands find no cluster there: give a login host of one as `login`, or set "
        + "SLURM_CONF"),
    Refusal(
      words: ["node configuration is not available"],
      remedy:
        "no node of the partition has all of that: ask for fewer cores, less memory or fewer GPUs"),
    Refusal(
      words: ["qosmaxsubmit", "assocmaxsubmit", "maxsubmit", "job submit limit"],
      remedy: "so many jobs may wait at once there; it is tried again later", isFinal: false),
    Refusal(
      words: ["violates accounting/qos policy", "accounting/qos"],
      remedy: "a limit of your account or quality of service forbids it: lower `count`, `cores` or "
        + "`time`; it is tried again later", isFinal: false),
    Refusal(
      words: [
        "unable to contact slurm", "socket timed out", "connection refused", "slurm_persist",
        "temporarily unable", "resource temporarily unavailable", "rate limit", "try again",
      ],
      remedy: "Slurm does not answer now; it is asked again later", isFinal: false),
    Refusal(
      words: ["not found", "no such file"],
      remedy:
        "the login host has no Slurm commands on the PATH of a plain shell: load them in a start-up "
        + "file that is read without a terminal"),
    Refusal(
      words: ["unrecognized option", "invalid option"],
      remedy: "this Slurm does not know an option: mend `extra`, or `skip` it"),
  ]

  /// Why `sbatch` has refused, with what to do, and whether asking again may help.
  static func refusal(_ output: String) -> (sentence: String, isFinal: Bool) {
    let lines = output.split(separator: "\n").map(String.init)
    let text = output.lowercased()
    let known = refusals.first { $0.words.contains { text.contains($0) } }
    let says = { (words: [String]) in
      lines.last { line in words.contains { line.lowercased().contains($0) } }
    }
    let line = says(["error"]) ?? says(known?.words ?? []) ?? lines.last ?? "it said nothing"
    let remedy = known?.remedy ?? "look at it with `quanta workers check --script`"
    return ("Slurm says: \(printable(line)); \(remedy)", known?.isFinal ?? false)
  }

  /// True for an answer that is none: the controller is away or too busy, and may have taken what was said.
  static func isSilence(_ output: String) -> Bool {
    let text = output.lowercased()
    return ["unable to contact slurm", "socket timed out", "connection refused", "slurm_persist"]
      .contains { text.contains($0) }
  }

  /// True for why an allocation never comes, however long it waits.
  static func isFinal(reason word: String) -> Bool {
    reason(word)?.contains("they never come") ?? false
  }

  /// Why an allocation waits, where that is more than its turn; nil where it is.
  static func reason(_ word: String) -> String? {
    let text = word.lowercased()
    let sentence: String? =
      if text.contains("qosmax") || text.contains("qosgrp") {
        "a limit of the quality of service is reached: they come as others end"
      } else if text.contains("assocmax") || text.contains("assocgrp") {
        "a limit of the account is reached: they come as others end"
      } else if text.contains("partitiontimelimit") {
        "`time` is longer than the partition allows, they never come: write a shorter one"
      } else if text.contains("partitionnodelimit") || text.contains("badconstraints") {
        "no node of the partition has what is asked for, they never come: ask for less"
      } else if text.contains("partitiondown") || text.contains("partitioninactive") {
        "the partition is down: they come when it is up again"
      } else if text.contains("reqnodenotavail") || text.contains("reserved") {
        "the nodes are kept for something else, such as maintenance: a shorter `time` may fit before"
      } else if text.contains("invalidaccount") || text.contains("invalidqos") {
        "the account or quality of service is not allowed, they never come: write others"
      } else if text.contains("held") {
        "somebody holds them: `scontrol release` lets them go"
      } else if text.contains("licenses") {
        "licences are all in use"
      } else {
        nil
      }
    return sentence.map { "Slurm says \(printable(word)): \($0)" }
  }
}
