import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

/// A loopback lab with two sshds (the second has a host certificate) and the files that the rows
/// name: keys and agents, certificates, known_hosts of every form.
struct OptionLab: Sendable {
  let lab: Lab
  /// The ports by the words that stand for them.
  let words: [String: String]
  let binary: WorkerBinary

  /// Runs `body` with such a lab.
  static func with(_ body: (OptionLab) async throws -> Void) async throws {
    try await Lab.withLoopback { lab in
      let folder = lab.folder
      try await shell(lab, files)
      let settings = ["MaxAuthTries 6", "MaxStartups 100", "TrustedUserCAKeys \(folder)/ca.pub"]
      let certificate = "HostCertificate \(folder)/h1/hostkey-cert.pub"
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      try await Sshd.with(lab, settings: settings) { usual in
        try await Sshd.with(lab, settings: settings + [certificate]) { certified in
          let homes = ProcessInfo.processInfo.environment["HOME"]?.split(separator: "/") ?? []
          let words = [
            "lab": folder, "port": String(usual.port), "certified": String(certified.port),
            "user": try String(contentsOfFile: folder + "/me", encoding: .utf8),
            "up": homes.map { _ in ".." }.joined(separator: "/") + folder,
          ]
          try await shell(lab, knownHosts, [words["port"] ?? "", words["certified"] ?? ""])
          let options = OptionLab(lab: lab, words: words, binary: worker.binary)
          do {
            try await body(options)
          } catch {
            try await shell(lab, ends)
            throw error
          }
          try await shell(lab, ends)
        }
      }
    }
  }

  /// What came of a row that is not what it says; nil when all is as it says.
  func disagreement(_ number: Int, _ row: OptionRow) async throws -> String? {
    var text = row.text
    for (word, value) in words { text = text.replacingOccurrences(of: "{\(word)}", with: value) }
    let config = try lab.write("row-\(number)", text)
    let libssh = try await failure(.libssh, config)
    let openssh = try await failure(.openssh, config)
    // Where the engine that runs `ssh` comes through, so does `ssh`.
    let ssh =
      openssh == nil
      ? nil
      : await Command.run(
        ["timeout", "20", "ssh", "-F", config, "-o", "BatchMode=yes"] + row.sshOptions
          + ["h1", "true"])
    let isReached = ssh?.status ?? 0 == 0
    let isAsItSays: Bool
    switch row.outcome {
    case .reached: isAsItSays = isReached && libssh == nil && openssh == nil
    case .refused(let code):
      isAsItSays = !isReached && libssh?.code == code && openssh?.code == code
    case .needsOpenSSH:
      isAsItSays =
        isReached && openssh == nil && libssh?.remedy.contains("`engine: openssh`") == true
    case .strict(let code):
      isAsItSays =
        isReached && libssh?.code == code && openssh?.code == code
        && [libssh, openssh].allSatisfy {
          $0?.message.contains("StrictHostKeyChecking is") == true
        }
    }
    guard !isAsItSays else { return nil }
    return """
      \(row.name): not \(row.outcome)
        ssh: \(ssh.map { "\($0.status) " + OptionLab.line($0.output) } ?? "reached")
        libssh: \(OptionLab.text(libssh))
        openssh: \(OptionLab.text(openssh))
      """
  }

  private static func line(_ output: String) -> String {
    output.split(whereSeparator: \.isNewline).joined(separator: " | ")
  }

  private static func text(_ failure: LinkFailure?) -> String {
    failure.map { "\($0.code): \($0.message) -> \($0.remedy)" } ?? "reached"
  }

  /// Why an engine does not come to run a worker; nil when it does.
  private func failure(_ engine: SSHEngine, _ config: String) async throws -> LinkFailure? {
    let transport = try lab.ssh(engine, configFile: config, workFolder: lab.folder + "/work")
    let recorder = LinkRecorder()
    let link = transport.open(binary, onEvent: recorder.onEvent)
    if await recorder.waitUntilOpened() { link.close() }
    return await recorder.waitUntilClosed()
  }

  private static func shell(_ lab: Lab, _ script: String, _ words: [String] = []) async throws {
    let run = await Command.run(
      ["sh", "-euc", "cd \"$0\"; exec </dev/null; " + script, lab.folder] + words)
    try #require(run.status == 0, "\(run.output)")
  }

  /// Keys, agents (`agent` holds the right key alone, `seven` as the last of seven), certificates.
  private static let files = #"""
    key() { ssh-keygen -q -t "${2:-ed25519}" -N '' -C "$1" -f "$1"; }
    for name in other ca certified; do key $name; done
    key strong rsa
    cat strong.pub >> h1/authorized_keys
    me=$(id -un); printf %s "$me" > me
    ssh-keygen -q -s ca -I me -n "$me" certified.pub
    cp certified bare; cp certified.pub bare.pub
    ssh-keygen -q -s ca -I h1 -h -n 127.0.0.1,the-cluster h1/hostkey.pub
    for name in damaged emptied alone 'with space' id_127.0.0.1 id_h1 "id_$me" "id_$(hostname)" \
      mixed open; do
      cp id "$name"; cp id.pub "$name.pub"
    done
    echo garbage > damaged.pub; : > emptied.pub; rm alone.pub
    cp other.pub mixed.pub; chmod 644 open
    cp id.pub pubonly.pub
    for name in agent seven cert; do ssh-agent -a "$PWD/$name" > "$name.env"; done
    SSH_AUTH_SOCK=agent ssh-add -q id 2>/dev/null
    SSH_AUTH_SOCK=cert ssh-add -q certified 2>/dev/null
    for number in 1 2 3 4 5 6; do
      key wrong$number; SSH_AUTH_SOCK=seven ssh-add -q wrong$number 2>/dev/null
    done
    SSH_AUTH_SOCK=seven ssh-add -q id 2>/dev/null
    for name in stale stale2; do
      eval "$(ssh-agent -a "$PWD/$name")" >/dev/null; kill -9 "$SSH_AGENT_PID"
    done
    echo '  HostName 127.0.0.1' > included
    echo 'Frobnicate yes' > unknown
    echo "Include $PWD/endless" > endless
    """#

  /// known_hosts files for the ports `$1` and `$2`.
  private static let knownHosts = #"""
    host=$(cut -d' ' -f1,2 h1/hostkey.pub); wrong=$(cut -d' ' -f1,2 other.pub)
    say() { echo "$2" >> "$1"; }
    : > known_hosts; : > empty
    say known_hosts "[localhost]:$1 $host"; say known_hosts "[127.0.0.1]:$1 $host"; say known_hosts "[127.0.0.1]:$2 $host"
    cp known_hosts hashed; ssh-keygen -q -H -f hashed >/dev/null 2>&1
    cp known_hosts known_h1; cp known_hosts known_127.0.0.1; cp known_hosts 'known space'
    say plain "127.0.0.1 $host"; say alias "the-cluster $host"; say pattern "[127.*]:* $host"
    say negated "!*,* $host"; say except "[127.*]:*,![127.0.0.1]:* $host"
    say many "elsewhere,[127.0.0.1]:$1 $host"
    say wrong "[127.0.0.1]:$1 $wrong"; say plainwrong "127.0.0.1 $wrong"
    cat wrong known_hosts > both
    cat known_hosts > revoked; say revoked "@revoked * $host"
    say authority "@cert-authority * $(cut -d' ' -f1,2 ca.pub)"
    say authorities "@cert-authority [127.0.0.1]:* $(cut -d' ' -f1,2 other.pub)"
    printf 'Host h1\n  HostName 127.0.0.1\n  Port %s\n' "$1" > ssh_h1
    c=$(ssh -F ssh_h1 -o "ControlPath=$PWD/id_%C" -G h1 2>/dev/null | sed -n 's/^controlpath //p')
    cp id "$c"; cp id.pub "$c.pub"; cp known_hosts "known_${c##*id_}"
    """#

  private static let ends =
    #"for name in agent seven cert; do . "./$name.env"; kill "$SSH_AGENT_PID"; done >/dev/null"#
}
