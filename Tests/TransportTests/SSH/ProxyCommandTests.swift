import SweepModel
import Testing

@testable import Transport

@Suite struct ProxyCommandTests {
  @Test func arguments_jumpAsLibsshWritesIt_readsOurConfigurationAndNeverAsks() {
    let proxy = ProxyCommand(
      template: "ssh -l me -p 2222 -W '[%h]:%p' jump", configFile: "/tmp/my config")
    let arguments = proxy.arguments(host: "10.0.0.1", port: 22, user: "u", alias: "a")
    #expect(arguments[2].hasPrefix("exec ssh -o BatchMode=yes "))
    #expect(arguments[2].hasSuffix(#" -F "$1" -l me -p 2222 -W '[10.0.0.1]:22' jump"#))
    #expect(arguments[4] == "/tmp/my config", "the path is data")
  }

  @Test func arguments_jumpWithTheUsualConfiguration_namesNone() {
    let proxy = ProxyCommand(template: "ssh -W '[%h]:%p' jump", configFile: nil)
    #expect(!proxy.arguments(host: "h", port: 22, user: "u", alias: "a")[2].contains("-F"))
  }

  @Test func arguments_tokens_areReplacedOnce() {
    let proxy = ProxyCommand(template: "nc %h %p %r %n %% %x %", configFile: nil)
    let arguments = proxy.arguments(host: "%p", port: 7, user: "u", alias: "a")
    #expect(arguments[2] == "exec nc %p 7 u a % %x %")
  }

  @Test(arguments: [
    ("Host key verification failed.", LinkFailure.Code.hostKeyUnknown),
    (
      "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! Host key verification failed.",
      .hostKeyChanged
    ),
    ("me@jump: Permission denied (publickey).", .authenticationRejected),
    ("ssh: Could not resolve hostname jump: Name or service not known", .hostUnknown),
    ("channel 0: open failed: connect failed: Connection refused", .refused),
    ("channel 0: open failed: connect failed: No route to host", .unreachable),
    ("sh: 1: exec: nc: not found", .configuration),
    ("", .unreachable),
  ])
  func failure_whatTheCommandSaid_decidesTheCode(_ said: String, _ code: LinkFailure.Code) {
    let failure = ProxyCommand.failure(host: "node", said: said)
    #expect(failure.code == code)
    #expect(failure.message.hasPrefix("node: the jump command"))
    #expect(!failure.remedy.isEmpty)
  }
}
