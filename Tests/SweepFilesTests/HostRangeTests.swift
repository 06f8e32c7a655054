import SweepModel
import Testing

@testable import SweepFiles

/// Ranges of hosts and groups of them, in cluster files and on the command line.
@Suite struct HostRangeTests {
  @Test(arguments: [
    ("node1", ["node1"]), ("node[1-3]", ["node1", "node2", "node3"]),
    ("node[01-03,40]", ["node01", "node02", "node03", "node40"]),
    ("n[8-11].org", ["n8.org", "n9.org", "n10.org", "n11.org"]),
    ("n[008-010]", ["n008", "n009", "n010"]), ("n[99-101]", ["n99", "n100", "n101"]),
    ("r[1-2]n[01-02]", ["r1n01", "r1n02", "r2n01", "r2n02"]), ("n[7]", ["n7"]),
    ("[1-2]a", ["1a", "2a"]), ("n[3,1]", ["n3", "n1"]),
  ])
  func names_wellFormed_areExpandedInOrder(text: String, names: [String]) throws {
    #expect(try HostRange.names(text) == names)
  }

  @Test(arguments: [
    "n[", "n]", "n[]", "n[a-b]", "n[1-]", "n[-1]", "n[3-1]", "n[1-3", "n[1,,2]", "n[1-2-3]",
    "n[1-99999]", "n[1-200][1-200]", "n[[1]]", "n[1 - 2]", "n[9999999999]",
  ])
  func names_malformedOrTooMany_areRefused(text: String) {
    #expect(throws: HostRange.Problem.self) { try HostRange.names(text) }
  }

  @Test func list_commasInBrackets_partNothing() {
    #expect(HostRange.list("node[01-04,7], big,x") == ["node[01-04,7]", "big", "x"])
    #expect(HostRange.list("") == [""])
  }

  private func hosts(_ text: String) throws -> [HostSpec] {
    try ClusterFile.parse(text: text, origin: "c.yaml").hosts
  }

  @Test func parse_shortForm_givesEveryHostTheSame() throws {
    let hosts = try hosts("hosts:\n- 16/kim@node[01-03].example.org:2222\n- local")
    #expect(
      hosts.map(\.name) == [
        "node01.example.org", "node02.example.org", "node03.example.org", "local",
      ])
    for host in hosts.dropLast() {
      #expect(host.limits.threads == 16)
      #expect(host.access == .ssh(SSHAddress(host: host.name, user: "kim", port: 2222)))
      #expect(host.place == "c.yaml:2:3")
    }
  }

  @Test func parse_longForm_expandsHostAndName() throws {
    let hosts = try hosts(
      """
      hosts:
      - {host: "10.0.0.[1-3]", name: "n[08-10]", cores: 4}
      - {host: "fe80::1", name: v6}
      """)
    #expect(hosts.map(\.name) == ["n08", "n09", "n10", "v6"])
    #expect(hosts[2].access == .ssh(SSHAddress(host: "10.0.0.3")))
    #expect(hosts[3].access == .ssh(SSHAddress(host: "fe80::1")))
  }

  @Test(arguments: [
    ("hosts: [\"node[01-02]\", node02]", "c.yaml:1:24: the host \"node02\" is listed twice"),
    ("hosts: [\"node[2-1]\"]", "c.yaml:1:9: the host of \"node[2-1]\" has the range \"2-1\""),
    ("hosts: [node[1-2]]", "quote ranges in a list in brackets"),
    ("hosts: [{host: \"n[1-2]\", name: n}]", "c.yaml:1:32: 1 name for 2 hosts"),
    ("hosts: [{host: \"n[x]\"}]", "\"host\" has \"[x]\", which is no list of numbers"),
    ("hosts: [a]\ngroups: {a: a}", "c.yaml:2:10: a host is called \"a\" too"),
    ("hosts: [a]\ngroups: {all: a}", "the group all is every host already"),
    ("hosts: [a]\ngroups: {g: []}", "c.yaml:2:13: the group \"g\" has no hosts"),
    ("hosts: [a]\ngroups: {g: {x: 1}}", "the group \"g\" must list hosts, found a mapping"),
    ("hosts: [node1]\ngroups: {g: [nod1]}", "no host is called \"nod1\"; did you mean \"node1\"?"),
    ("hosts: [a]\ngroups: {-g: a}", "a group's name must begin with a letter"),
    ("hosts: [a]\nuser: kim", "c.yaml:2:1: unknown key \"user\"; it belongs under defaults"),
  ])
  func parse_badRangeOrGroup_saysWhatAndWhere(text: String, part: String) {
    let error = #expect(throws: FileError.self) { try hosts(text) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func parse_severalBadHosts_areAllShown() {
    let error = #expect(throws: FileError.self) {
      try hosts("hosts:\n- {nme: a, local: true}\n- \"a b\"\n- n[3-1]\n")
    }
    #expect(error?.description.split(separator: "\n").count == 3)
  }

  private func cluster() throws -> Cluster {
    try ClusterFile.parse(
      text: """
        hosts: ["node[01-04]", big, local]
        groups:
          gpu: [node03, big]
          cpu: "node[01-02],local"
          most: [gpu, cpu]
        """, origin: "c.yaml")
  }

  @Test(arguments: [
    ("gpu", ["node03", "big"]), ("node[02-03],big", ["node02", "node03", "big"]),
    ("all", ["node01", "node02", "node03", "node04", "big", "local"]),
    ("most", ["node01", "node02", "node03", "big", "local"]), ("big,gpu", ["node03", "big"]),
    ("local", ["local"]), ("local, node01", ["node01", "local"]),
  ])
  func hosts_chosen_areThoseInTheOrderOfTheFile(text: String, names: [String]) throws {
    let chosen = try cluster().part(chosenBy: text, origin: "--hosts \(text)").hosts
    #expect(chosen.map(\.name) == names)
  }

  @Test(arguments: [
    ("gpuu", "no host or group is called \"gpuu\"; did you mean \"gpu\"?"),
    ("node[03-06]", "no host or group is called \"node05\"; did you mean \"node0"),
    ("node[1", "\"node[1\" has a \"[\" without its \"]\""), ("", "is called \"\""),
    ("gpu,", "is called \"\""),
  ])
  func hosts_chosenByASlip_areRefusedWithTheNearest(text: String, part: String) throws {
    let cluster = try cluster()
    let error = #expect(throws: FileError.self) {
      try cluster.part(chosenBy: text, origin: "--hosts \(text)")
    }
    #expect(error?.description.hasPrefix("--hosts \(text): ") == true)
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func schema_patterns_agreeWithTheParser() throws {
    let shorthand = try Regex(ClusterKeys.shorthandPattern)
    for text in ["node1", "16/kim@node[01-32,40]:22", "[::1]:22", "r[1-2]n[1-2]", "4/kim@[::1]"] {
      #expect(text.wholeMatch(of: shorthand) != nil, "\(text)")
      #expect(try hosts("hosts: [\"\(text)\"]").isEmpty == false)
    }
    for text in ["node[", "n[a]", "-x", "a b"] {
      #expect(text.wholeMatch(of: shorthand) == nil, "\(text)")
      #expect(throws: FileError.self) { try hosts("hosts: [\"\(text)\"]") }
    }
    let duration = try Regex(Quantity.durationPattern)
    for text in ["5 min", "1h30m", "24:00:00", "1-12:00:00", "90 seconds", "1 h 30 min", "250ms"] {
      #expect(text.wholeMatch(of: duration) != nil && Quantity.duration(text) != nil, "\(text)")
    }
    for text in ["5", "min", "5 months", "1:30"] {
      #expect(text.wholeMatch(of: duration) == nil && Quantity.duration(text) == nil, "\(text)")
    }
  }
}
