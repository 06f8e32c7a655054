import Foundation
import Posix
import SweepModel
import Testing

@testable import Workloads

/// What lies in a program's folder: what came with the code, what it writes, and what it leaves.
@Suite struct CommandFilesTests {
  /// A folder of code with some files, as a job is handed it.
  private func run(
    _ spec: CommandSpec, beside files: [String: String], token: Int = 1
  ) throws -> (result: Result<JobResult, any Error>, printed: String) {
    let folder = NSTemporaryDirectory() + "code-\(UUID().uuidString)"
    defer { FolderArchive.remove(folder) }
    for (name, text) in files {
      let path = URL(fileURLWithPath: "\(folder)/\(name)")
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: path)
    }
    let paths = try #require(FolderArchive.paths(in: folder))
    let code = try FolderArchive.pack(paths, of: folder, limit: 1 << 20)
    let layout = try #require(CodeFolder(sizeBytes: code.count))
    let set = try #require(DataSet(.code, layout, hash: CommandContext.job.hex))
    let context = try CommandContext(code: code, token: token)
    let parameters = Parameters([
      Parameters.Entry(name: CommandSpec.parameter, value: .text(spec.text)),
      Parameters.Entry(name: CommandSpec.handling, value: .text(CommandHandling().text)),
      Parameters.Entry(name: CommandSpec.code, value: .text(set.name)),
    ])
    return (Result { try Command.run(parameters, in: context) }, context.printed)
  }

  /// A file that came with the code is of another run, until the program writes to it, be that the same.
  @Test(arguments: [
    ("true", nil), ("printf 'loss\n9\n' >out.csv", 9.0), ("echo 3 >>out.csv", 3),
  ])
  func declaredFile_thatCameWithTheCode_isNoneOfTheJobs(_ script: String, _ loss: Double?) throws {
    let spec = CommandSpec(script: script) {
      $0.metrics.required = ["loss"]
      $0.metrics.files = ["out.csv"]
    }
    let (result, _) = try run(spec, beside: ["out.csv": "loss\n9\n"])
    switch result {
    case .success(let result): #expect(result.scalar("loss.final") == loss)
    case .failure(let error):
      #expect(loss == nil && "\(error)".contains("recorded nothing"), "\(error)")
    }
  }

  /// One name in two files is two names where their folders say so, whatever the values.
  @Test(arguments: ["4", "nan"])
  func nameInTwoFiles_isToldApart(_ last: String) throws {
    let spec = CommandSpec(
      script: """
        mkdir train test
        printf 'step,loss,lr\\n1,5,0.1\\n2,\(last),0.1\\n' >train/metrics.csv
        printf 'step,loss\\n2,\(last)\\n' >test/metrics.csv
        """)
    let result = try spec.run(in: CommandContext())
    #expect(
      result.curves.map(\.name).sorted() == ["test/loss", "train/loss", "train/lr"],
      "\(result.curves.map(\.name))")
  }

  /// Elsewhere the last file by its path counts, whenever somebody looks.
  @Test func nameInSeveralFiles_isThatOfTheLast_andSaysSo() throws {
    let spec = CommandSpec(
      script: """
        printf 'step,loss\\n1,7\\n2,6\\n' >results.csv
        printf 'step,loss,lr\\n1,5,0.1\\n2,4,0.1\\n3,3,0.1\\n' >metrics.csv
        """)
    let context = try CommandContext()
    let result = try spec.run(in: context)
    #expect(result.curve("loss")?.values == [7, 6] && result.scalar("lr.final") == 0.1)
    #expect(context.printed.contains("Several files record"), "\(context.printed)")
  }

  /// Of files that are declared the one that is declared last counts, and the log says so.
  @Test(arguments: [["a.csv", "b.jsonl"], ["b.jsonl", "a.csv"]])
  func nameInDeclaredFiles_isThatOfTheLastDeclared_andSaysSo(_ files: [String]) throws {
    let spec = CommandSpec(
      script: """
        printf 'step,loss,lr\\n1,7,1\\n5,6,1\\n' >a.csv
        printf '{"step": 2, "loss": 3}\\n{"step": 4, "loss": 2}\\n' >b.jsonl
        """
    ) { $0.metrics.files = files }
    let context = try CommandContext()
    let result = try spec.run(in: context)
    let expected: [Float] = files[0] == "a.csv" ? [7, 3, 2] : [7, 6]
    #expect(result.curve("loss")?.values == expected && result.scalar("lr.final") == 1)
    #expect(context.printed.contains("names last, "), "\(context.printed)")
  }

  /// Whatever kinds their files are of, data's parts are told apart, and what contradicts is said.
  @Test func nameInFilesOfTwoKinds_isToldApart_orSaid() throws {
    let parts = CommandSpec(
      script: """
        mkdir train test; printf 'step,loss\\n1,5\\n' >train/metrics.csv
        printf '{"step": 1, "loss": 4}\\n' >test/metrics.jsonl
        """)
    let names = try parts.run(in: CommandContext()).curves.map(\.name)
    #expect(names.sorted() == ["test/loss", "train/loss"])
    for (value, isSaid) in [("5.0000001", false), ("4", true)] {
      let spec = CommandSpec(
        script: """
          printf 'step,loss\\n1,5\\n' >metrics.csv
          printf '{"step": 1, "loss": \(value)}\\n' >metrics.jsonl
          """)
      let context = try CommandContext()
      _ = try spec.run(in: context)
      #expect(context.printed.contains("tells other values than") == isSaid, "\(context.printed)")
    }
  }

  /// A file of metrics that came with the code counts once the program writes it, and names nothing before.
  @Test func foundFile_thatCameWithTheCode_countsOnceItIsWritten() throws {
    let old = "step,loss\n1,9\n2,9\n"
    let again = CommandSpec(script: "printf 'step,loss\\n1,9\\n2,9\\n' >metrics.csv")
    #expect(try run(again, beside: ["metrics.csv": old]).result.get().scalar("loss.final") == 9)
    let other = CommandSpec(script: "mkdir eval; printf 'step,acc\\n1,0.5\\n' >eval/metrics.csv")
    let result = try run(other, beside: ["metrics.csv": old], token: 2).result.get()
    #expect(result.curves.map(\.name) == ["acc"])
  }

  /// Of a file that came with the code counts what the program appends; nothing of the run before it.
  @Test(
    arguments: [true, false],
    [
      ("metrics.csv", "step,loss\n1,0.1\n2,0.1\n", "3,4\\n4,3\\n"),
      (
        "metrics.jsonl", "{\"step\": 15, \"loss\": 0.1}\n",
        "{\"step\": 10, \"loss\": 4}\\n{\"step\": 20, \"loss\": 3}\\n"
      ),
      ("metrics.csv", "loss\n0.1\n0.1\n", "4\\n3\\n"),
    ])
  func rowsAppendedToAFileOfTheCode_countAlone(
    _ isDeclared: Bool, _ file: (name: String, old: String, rows: String)
  ) throws {
    let spec = CommandSpec(script: "printf '\(file.rows)' >>\(file.name)") {
      if isDeclared { $0.metrics.files = [file.name] }
    }
    let result = try run(spec, beside: [file.name: file.old]).result.get()
    #expect(result.curve("loss")?.values == [4, 3] && result.scalar("loss.min") == 3)
  }

  /// What the output tells counts as a declared file does.
  @Test func nameInOutputAndFile_isSaid() throws {
    let spec = CommandSpec(
      script: "echo step 1 loss 7; echo step 2 loss 1,5; printf 'step,loss\\n1,1\\n' >m.csv"
    ) {
      $0.metrics.files = ["m.csv"]
      $0.metrics.patterns = [#"step (?<step>\d+) loss (?<loss>\S+)"#]
    }
    let context = try CommandContext()
    #expect(try spec.run(in: context).scalar("loss.final") == 1)
    #expect(context.printed.contains("names last, "), "\(context.printed)")
    #expect(context.printed.contains("texts that are no numbers"), "\(context.printed)")
  }

  @Test func filesThatAreLeft_areNamed_butThoseOfMetrics() throws {
    let spec = CommandSpec(
      script:
        "mkdir out; echo 1 >out/model.pt; printf 'step,loss\n1,2\n' >metrics.csv; echo b >>a.py")
    let (_, printed) = try run(spec, beside: ["a.py": "x"])
    #expect(printed.contains("note: 1 file that it left in its folder goes with it (out/model.pt)"))
    #expect(
      !(try run(CommandSpec(script: "echo b >>a.py"), beside: ["a.py": "x"])).printed
        .contains("left in its folder"))
  }
}
