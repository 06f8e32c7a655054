import Foundation
import SweepModel
import Testing

@testable import SweepFiles

@Suite struct ClusterFileTests {
  private func failure(_ text: String) -> String {
    do throws(FileError) {
      _ = try ClusterFile.parse(text: text, origin: "cluster.yaml")
      return "valid"
    } catch {
      return error.description
    }
  }

  @Test func parse_everyKey_isRead() throws {
    let cluster = try ClusterFile.parse(
      text: """
        defaults: {user: kim, port: 2222, identity: ~/.ssh/id, cores: 8, folder: /scratch/kim}
        hosts:
          - local
          - node1
          - 32/lee@node2.example.org:22
          - "[::1]:2200"
          - name: big
            host: node3
            user: lee
            port: 22
            identity: ~/.ssh/other
            config: ~/ssh_config
            knownHosts: /etc/known
            engine: openssh
            cores: 64
            memory: 200GiB
            nice: 10
            folder: ~/work
          - {name: here, local: true, cores: 2, memory: 1GiB, nice: 19, folder: /tmp/q}
        """, origin: "cluster.yaml")
    let ssh = { (host: String, user: String, port: Int) in
      HostSpec.Access.ssh(
        SSHAddress(host: host, user: user, port: port, identityFile: "~/.ssh/id"))
    }
    #expect(
      withoutPlaces(cluster) == [
        HostSpec(name: "local", access: .local),
        HostSpec(
          name: "node1", access: ssh("node1", "kim", 2222), limits: Amounts(threads: 8),
          workFolder: "/scratch/kim"),
        HostSpec(
          name: "node2.example.org", access: ssh("node2.example.org", "lee", 22),
          limits: Amounts(threads: 32),
          workFolder: "/scratch/kim"),
        HostSpec(
          name: "::1", access: ssh("::1", "kim", 2200), limits: Amounts(threads: 8),
          workFolder: "/scratch/kim"),
        HostSpec(
          name: "big",
          access: .ssh(
            SSHAddress(
              host: "node3", user: "lee", port: 22, identityFile: "~/.ssh/other",
              configFile: "~/ssh_config", knownHostsFile: "/etc/known", engine: .openssh)),
          limits: Amounts(threads: 64, memoryBytes: 200 << 30), nice: 10, workFolder: "~/work"),
        HostSpec(
          name: "here", access: .local, limits: Amounts(threads: 2, memoryBytes: 1 << 30), nice: 19,
          workFolder: "/tmp/q"),
      ])
  }

  @Test func parse_engine_isTheHostsOrTheDefaultsOrLibssh() throws {
    let engines = { (text: String) throws in
      try ClusterFile.parse(text: text, origin: "cluster.yaml").hosts.map { host in
        guard case .ssh(let address) = host.access else { return SSHEngine?.none }
        return address.engine
      }
    }
    #expect(try engines("hosts: [a, {host: b, engine: openssh}]") == [.libssh, .openssh])
    #expect(
      try engines("defaults: {engine: openssh}\nhosts: [a, {host: b, engine: libssh}]")
        == [.openssh, .libssh])
  }

  @Test(arguments: [
    ("\"[::1]:2222\"", "::1", 2222), ("4/kim@[::1]", "::1", nil),
    ("\"[fe80::1%eth0]:22\"", "fe80::1%eth0", 22), ("{host: fe80::1%eth0}", "fe80::1%eth0", nil),
    ("{host: '::1', port: 2222}", "::1", 2222),
  ])
  func parse_addressOfSixteenBytes_isTaken(_ text: String, _ host: String, _ port: Int?) throws {
    let cluster = try ClusterFile.parse(text: "hosts:\n  - \(text)\n", origin: "cluster.yaml")
    guard case .ssh(let address) = cluster.hosts[0].access else {
      Issue.record("no SSH host")
      return
    }
    #expect(address.host == host)
    #expect(address.port == port)
  }

  @Test func parse_exampleOfTheRepository_isOneLocalHost() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let cluster = try ClusterFile.read(path: root.appendingPathComponent("cluster.yaml").path)
    #expect(withoutPlaces(cluster) == [HostSpec(name: "here", access: .local)])
    #expect(cluster.hosts[0].place.hasSuffix("cluster.yaml:15:5"))
  }

  @Test func parse_badCluster_saysWhatAndWhere() throws {
    for example in try errorExamples("cluster-errors") {
      #expect(failure(example.text) == "cluster.yaml:" + example.error)
    }
  }
}

/// The hosts without where they stand.
private func withoutPlaces(_ cluster: Cluster) -> [HostSpec] {
  cluster.hosts.map { host in
    var host = host
    host.place = ""
    return host
  }
}
