import Foundation
import Testing

@testable import Findings

struct OutputFolderTests {
  @Test func names_ofAnyText_arePlainShortAndDifferent() throws {
    let path = NSTemporaryDirectory() + "quanta-output-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try OutputFolder(path)
    let long = String(repeating: "é very long name ", count: 60)
    let names = [
      "s-a<b.svg", "s-a>b.svg", "s-a_b.svg", "../../etc/passwd.svg", "s-a=0.1.svg", "s-a=0.2.svg",
      long + "1.svg", long + "2.svg", "$(reboot).svg", "",
    ]
    let files = names.map(folder.file)
    #expect(Set(files).count == names.count, "\(files)")
    #expect(files[0] == "\(path)/s-a_b.svg" && files[1] == "\(path)/s-a_b-2.svg")
    #expect(files[4] == "\(path)/s-a=0.1.svg" && files[5] == "\(path)/s-a=0.2.svg")
    for file in files {
      let name = file.dropFirst(path.count + 1)
      #expect(!name.contains("/") && name.utf8.count <= 255, "\(name)")
    }
    for file in files.dropLast() { try OutputFolder.write(Data(), to: file) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == names.count - 1)
  }
}
