import ArgumentParser
import Findings
import Operations
import Store

struct StoreArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Writes a compact copy of a store: a folder, or one tar file.",
    discussion: """
      Safe while a run goes on: the copy is the store as it is at one moment. It holds everything but \
      checkpoints and is a store itself. A name that ends in .tar, .tar.gz or .tgz gives one file, \
      which `tar` unpacks; any other a folder, but no name of another kind of archive is taken.

      Examples:
        quanta store archive widths.tar.gz
        quanta store archive ../backup/widths-store
      """)

  @Argument(help: "The file or folder to write; nothing may have its name.", completion: .file())
  var path: String
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader()
    Console.print(try StoreArchive.write(reader, to: path))
  }
}
