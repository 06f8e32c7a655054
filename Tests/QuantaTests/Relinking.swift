import Foundation
import LabSupport
import Testing

/// Makes `quanta` and `quanta-worker` anew from changed sources of the module `Workloads` and from
/// what the build that runs these tests has compiled of all other modules.
///
/// In a debug build no module has anything of another one compiled into it, so that this gives the
/// programs of a whole build, in seconds.
struct Relinking {
  /// Why there are no programs.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The compiler is there.
  static let isPossible = Command.runBlocking(["swiftc", "--version"]).status == 0
  static let reason: Comment = "needs swiftc on the PATH"

  /// The folder that holds the module's sources.
  let sources: String
  /// The folder that gets the programs.
  let programs: String

  func run() async throws {
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    let cache = ["-module-cache-path", programs + "/ModuleCache"]
    try await swiftc(["-c", "-wmo", "-o", object] + Self.settings + cache + swiftFiles)
    try await link("quanta-worker")
    try await link("quanta", ["-lssh", "-lstdc++"])
  }

  private static let built = Sandbox.programs
  private var object: String { programs + "/Workloads.o" }

  /// What SwiftPM calls this package, which is after its folder: what modules share within the package
  /// is theirs alone under this name.
  private static let package: String = {
    let manifest = try? String(contentsOfFile: built + "/../../debug.yaml", encoding: .utf8)
    let lines = manifest?.split(separator: "\n") ?? []
    let own = lines.first { $0.contains("\"-module-name\",\"Workloads\"") }
    let tail = own?.components(separatedBy: "\"-package-name\",\"").last ?? "quanta\""
    return tail.components(separatedBy: "\"")[0]
  }()

  /// The target's settings in `Package.swift` and the modules that it imports.
  private static let settings =
    [
      "-module-name", "Workloads", "-parse-as-library", "-swift-version", "6",
      "-warnings-as-errors", "-strict-memory-safety", "-enable-upcoming-feature", "ExistentialAny",
      "-enable-upcoming-feature", "InternalImportsByDefault", "-enable-upcoming-feature",
      "MemberImportVisibility", "-package-name", package, "-I", built + "/Modules",
    ]
    + ["CKernels", "CPosix"].flatMap {
      ["-Xcc", "-fmodule-map-file=\(built)/\($0).build/module.modulemap"]
    }

  private var swiftFiles: [String] {
    (FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".swift") }.sorted().map { "\(sources)/\($0)" }
  }

  /// Links what SwiftPM has linked, but the module's own object files.
  private func link(_ program: String, _ libraries: [String] = []) async throws {
    let list = try String(
      contentsOfFile: "\(Self.built)/\(program).product/Objects.LinkFileList", encoding: .utf8)
    let others = list.split(separator: "\n").filter { !$0.contains("/Workloads.build/") }
    let response = "\(programs)/\(program).objects"
    try others.joined(separator: "\n").write(toFile: response, atomically: false, encoding: .utf8)
    let entry = program.replacing("-", with: "_") + "_main"
    try await swiftc(
      ["-o", "\(programs)/\(program)", "-Xlinker", "--defsym", "-Xlinker", "main=" + entry, object]
        + ["@" + response] + libraries)
  }

  private func swiftc(_ arguments: [String]) async throws {
    let result = await Command.run(["swiftc"] + arguments)
    if result.status != 0 { throw Failure(description: result.output) }
  }
}
