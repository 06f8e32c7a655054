import Foundation
import Glibc
import Imports
import Testing

/// What is no file, where runs are looked for: nobody waits for a writer, and it is named.
@Suite struct OddFilesTests {
  private func refusal(_ folder: ImportFolder, _ name: String) -> String {
    do {
      let plan = try folder.plan([name], map: "lastStep: any")
      return "\(plan.points) \(plan.refusals)"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: ["runs.csv", "jobs.log", "run-a.wandb", "mlflow.db", "events.out.tfevents.1"])
  func pipe_orSocket_isRefusedByName(name: String) throws {
    let folder = try ImportFolder()
    try #require(mkfifo("\(folder.path)/\(name)", 0o600) == 0)
    #expect(refusal(folder, name).contains("/\(name) is a named pipe, no file; name a file"))
    try #require(mknod("\(folder.path)/socket", S_IFSOCK | 0o600, 0) == 0)
    #expect(refusal(folder, "socket").contains("/socket is a socket, no file"))
    try #require(symlink(name, "\(folder.path)/link") == 0)
    #expect(refusal(folder, "link").contains("/link is a named pipe, no file"))
  }

  @Test(arguments: [
    ("run-a.wandb", ""), ("mlflow.db", ""), ("events.out.tfevents.1", ""),
    ("metrics.json", "run.json config.json"), ("info.json", "run.json config.json"),
    ("run.json", "config.json cout.txt"),
    ("params/size", "meta.yaml"), ("metrics/loss", "meta.yaml"),
    (".hydra/config.yaml", ".hydra/overrides.yaml"),
    ("metrics.csv", ".hydra/config.yaml .hydra/overrides.yaml"),
    ("stdout", "seq"), ("seq", "stdout"),
  ])
  func pipe_inAFolderOfATool_isNamed(name: String, others: String) throws {
    let folder = try ImportFolder()
    for other in others.split(separator: " ") {
      try folder.write("runs/\(other)", other == "meta.yaml" ? "run_id: r\nstatus: 3\n" : "{}")
    }
    try folder.write("runs/\(name)", "")
    try FileManager.default.removeItem(atPath: "\(folder.path)/runs/\(name)")
    try #require(mkfifo("\(folder.path)/runs/\(name)", 0o600) == 0)
    let reason = refusal(folder, "runs")
    if name == "seq" {
      #expect(reason.hasPrefix("[] [\"foreign"), "\(reason)")
    } else if name == "stdout" {
      #expect(reason.hasPrefix("[] [\"foreign"), "its output is not asked for: \(reason)")
    } else {
      #expect(reason.contains("is a named pipe, no file"), "\(reason)")
    }
  }
}
