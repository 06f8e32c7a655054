import SweepModel
import Testing

@testable import Workloads

/// A job that is done leaves its folder to the next one, which finds nothing of it there.
@Suite struct SpareFolderTests {
  /// Runs scripts as jobs, one after the other; returns what the last one prints.
  private func run(_ scripts: String...) throws -> String {
    let context = try CommandContext()
    var before = ""
    for (number, script) in scripts.enumerated() {
      before = context.printed
      context.place = JobPlace(
        attempt: AttemptID(job: CommandContext.job, number: 1, token: 1),
        folder: "\(context.folder)/jobs/\(number)", shared: context.folder + "/shared",
        timeoutSeconds: nil, memoryBytes: 0)
      _ = try CommandSpec(script: script).run(in: context)
    }
    return String(context.printed.dropFirst(before.count))
  }

  private static let names =
    "python3 -c 'import os; print(os.listxattr(\".\"))'; "
    + "ls -A .. . ../checkpoint; stat -c '%a %F' .. . ../checkpoint"

  @Test func folder_thatIsAsNew_isTaken() throws {
    let found = try run(
      "stat -c 'QI=%i' . .. ../checkpoint > ../../inodes",
      "stat -c 'QI=%i' . .. ../checkpoint | diff - ../../inodes && echo the same")
    #expect(found.contains("the same"), "\(found)")
  }

  /// Whatever the first one did, the second one finds what it would find on a host where it is the first.
  @Test(arguments: [
    "true", "echo '{\"step\": 1, \"loss\": 2}' > $QUANTA_METRICS", "touch file", "mkdir -p deep/er",
    "chmod 755 .", "chmod 777 ..", "chmod 500 ../checkpoint", "rm -rf ../work",
    "rm -rf ../checkpoint",
    "mkdir ../other", "touch ../state", "ln -s /etc ../link", "rm ../parameters.json",
    "rm ../parameters.json; mkdir ../parameters.json", "cd ..; rmdir work; ln -s /tmp work",
    "cd ..; rmdir checkpoint; touch checkpoint", "mkdir $QUANTA_METRICS",
    "setfacl -d -m o:rwx . || chmod 770 .",
    "python3 -c 'import os; os.setxattr(\".\", \"user.x\", b\"1\")' || chmod 770 .",
  ])
  func nextJob_findsNothingOfIt(_ script: String) throws {
    #expect(try run(script, Self.names) == run(Self.names))
  }
}
