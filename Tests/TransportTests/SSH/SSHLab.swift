import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

extension Lab {
  /// A host of the lab as a cluster file would give it, by its alias unless told otherwise.
  func ssh(
    _ engine: SSHEngine = .libssh, _ number: Int = 1, host: String? = nil, user: String? = nil,
    port: Int? = nil,
    identityFile: String? = nil, configFile: String? = nil, knownHostsFile: String? = nil,
    workFolder: String = "~/scratch/work", timeouts: SSHTimeouts = SSHTimeouts()
  ) throws -> HostTransport {
    let address = SSHAddress(
      host: host ?? "h\(number)", user: user, port: port, identityFile: identityFile,
      configFile: configFile ?? self.configFile, knownHostsFile: knownHostsFile,
      engine: engine)
    let spec = HostSpec(name: "node\(number)", access: .ssh(address), workFolder: workFolder)
    return HostTransport(spec, timeouts: timeouts, mayAsk: false)
  }

  /// This machine's device in the lab's network.
  var device: String {
    get throws {
      let environment = try String(contentsOfFile: folder + "/lab.env", encoding: .utf8)
      let prefix = environment.split(separator: "\n").first { $0.hasPrefix("PFX=") }
      return (prefix?.dropFirst(4) ?? "") + "co"
    }
  }

  /// A new configuration file in the lab's folder.
  func write(_ name: String, _ text: String) throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}

/// Opens a link that must not come to stand and returns why; the worker would send back what it
/// gets.
func failureOfOpening(
  _ transport: HostTransport, worker body: String = StandInWorker.echo, architecture: String? = nil,
  padding: Int = 0
) async throws -> LinkFailure {
  let worker = try StandInWorker(body, architecture: architecture, padding: padding)
  defer { worker.remove() }
  let recorder = LinkRecorder()
  let link = transport.open(worker.binary, onEvent: recorder.onEvent)
  let failure = await recorder.waitUntilClosed()
  withExtendedLifetime(link) {}
  #expect(await recorder.received.isEmpty)
  return try #require(failure)
}

/// Opens a link, sends a word, expects it back, and closes.
func expectEcho(_ transport: HostTransport, _ comment: Comment? = nil) async throws {
  let worker = try StandInWorker(StandInWorker.echo)
  defer { worker.remove() }
  try await expectEcho(transport, worker.binary, comment)
}

/// The same with a given binary.
func expectEcho(
  _ transport: HostTransport, _ binary: WorkerBinary, _ comment: Comment? = nil
) async throws {
  let recorder = LinkRecorder()
  let link = transport.open(binary, onEvent: recorder.onEvent)
  link.send(Array("hello".utf8))
  #expect(await recorder.waitForText("hello") == "hello", comment)
  link.close()
  let failure = await recorder.waitUntilClosed()
  #expect(failure == nil, comment)
}
