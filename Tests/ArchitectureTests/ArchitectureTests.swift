import Testing

/// The rules of the house, held against the sources as they are.
@Suite struct ArchitectureTests {
  private static let sources = Dictionary(
    grouping: Repository.sources, by: Repository.target(of:))
  private static let tests = Dictionary(grouping: Repository.tests, by: Repository.target(of:))

  @Test func sources_areRead() {
    #expect(Repository.sources.count > 500)
    #expect(Set(Self.sources.keys).isSubset(of: Layers.sources.keys), "a target without a line")
  }

  @Test func imports_ofEveryTarget_areThoseOfTheTable() throws {
    let manifest = try Manifest(Repository.text("Package.swift"))
    let libraries = manifest.dependencies.keys.filter { !$0.hasSuffix("Tests") }
    #expect(Set(libraries).subtracting(["LabSupport"]) == Set(Layers.sources.keys))
    #expect(
      Rules.imports(Self.sources, manifest: manifest, allowed: Layers.sources)
        == [])
    #expect(
      Rules.imports(
        Self.tests.filter { manifest.dependencies[$0.key] != nil }, manifest: manifest,
        allowed: nil) == [])
    #expect(Rules.cycles(Layers.sources) == [])
  }

  @Test func foundation_isWhereItIsListed() {
    #expect(Rules.foundation(Self.sources, allowed: Layers.foundation) == [])
    let worker = Rules.reach(Layers.sources, from: "quanta-worker")
    #expect(worker.isDisjoint(with: Layers.foundation))
    #expect(worker.isDisjoint(with: ["CLibCrypto", "CLibSSH", "CZlib", "Digests", "GRDB", "Yams"]))
  }

  @Test func picture_ofTheReadme_isTheTable() throws {
    let picture = Picture(try Repository.text("README.md"), under: "## Architecture")
    #expect(picture.branches.count > 20)
    #expect(Rules.picture(picture, table: Layers.sources) == [])
  }

  @Test func extensions_ofATypeElsewhere_areNamedAfterIt() {
    compare(Rules.extensionNames(Repository.sources), with: Exceptions.names)
  }

  @Test func names_atTheTop_areGivenOnce() {
    compare(Rules.doubleNames(Repository.sources), with: Exceptions.twice)
  }

  /// Nothing but the exceptions breaks a rule, and every exception still does.
  private func compare(
    _ found: [String], with exceptions: [String], line: SourceLocation = #_sourceLocation
  ) {
    let isException = { (text: String) in exceptions.contains { text.hasPrefix($0 + " ") } }
    #expect(found.filter { !isException($0) } == [], sourceLocation: line)
    let stale = exceptions.filter { name in !found.contains { $0.hasPrefix(name + " ") } }
    #expect(stale == [], "exceptions that are none any more", sourceLocation: line)
  }

  @Test func filesAndFunctions_areShort() {
    #expect(Rules.lengths(Repository.sources, file: 400, body: 70) == [])
    #expect(Rules.lengths(Repository.tests, file: 400, body: 70) == [])
  }
}
