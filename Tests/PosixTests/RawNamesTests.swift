import Foundation
import Posix
import Testing

/// Folders in which a program has left names that are not UTF-8.
@Suite struct RawNamesTests {
  /// Found by `quanta-lab hostile`, seed 239211281097604: such a folder could not be removed, and its job never
  /// ran again.
  @Test func folder_withNamesThatAreNotUTF8_isRemoved() throws {
    let folder = NSTemporaryDirectory() + "quanta-raw-" + UUID().uuidString
    try makeFolders(folder + "/inner")
    let path = Array("\(folder)/inner/M".utf8) + [0xFF, 0]
    let number = open(path.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o600)
    try #require(number >= 0)
    close(number)
    #expect(FolderArchive.remove(folder))
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
