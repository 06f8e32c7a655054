import SweepModel
import Testing

@testable import Transport

@Suite struct ShipDialogTests {
  @Test func receive_cutAnywhere_ordersAreTheSame() throws {
    let output = Array(
      "motd\nnoise without end\nQUANTA-SEND 0\n\nQUANTA-ATTACH 1\nworker\nQUANTA-SEND\n".utf8)
    let program = DataFile(
      path: "/x", hash: String(repeating: "0", count: 64), sizeBytes: 5)
    let attached = Array("worker\nQUANTA-SEND\n".utf8)
    for cut in 0...output.count {
      var dialog = try makeDialog()
      var orders: [ShipDialog.Order] = []
      var rest: [UInt8] = []
      for part in [output[..<cut], output[cut...]] {
        if case .attached = orders.last {
          rest += part
          continue
        }
        var next = dialog.receive(part)
        while let order = next {
          orders.append(order)
          if case .attached(let first) = order {
            rest = first
            break
          }
          next = dialog.receive()
        }
      }
      #expect(orders.first == .send(program), "cut at \(cut)")
      #expect(orders.count == 2, "cut at \(cut)")
      #expect(rest == attached, "cut at \(cut)")
    }
  }

  @Test(arguments: LinkFailure.Code.allCases)
  func receive_failureOfEachCode_isThatCode(_ code: LinkFailure.Code) throws {
    var dialog = try makeDialog()
    let order = dialog.receive(
      Array("QUANTA-FAIL \(code.rawValue) some \u{1B}[2J reason\n".utf8)[...])
    guard case .fail(let failure) = order else {
      Issue.record("\(String(describing: order))")
      return
    }
    #expect(failure.code == code)
    #expect(failure.message.hasPrefix("node"))
    #expect(!failure.message.contains("\u{1B}"), "nothing for the terminal")
  }

  @Test func receive_unknownCodeOfAHost_isAWorkerFailure() throws {
    var dialog = try makeDialog()
    guard case .fail(let failure) = dialog.receive(Array("QUANTA-FAIL\nQUANTA-FAIL x\n".utf8)[...])
    else {
      Issue.record("no failure")
      return
    }
    #expect(failure.code == .worker)
  }

  @Test func receive_numberOfADataSet_isThatFile() throws {
    let data = (1...2).map {
      DataFile(path: "/\($0)", hash: String(repeating: "\($0)", count: 64), sizeBytes: $0)
    }
    var dialog = try makeDialog(data: data)
    #expect(dialog.receive(Array("QUANTA-SEND 2\n".utf8)[...]) == .send(data[1]))
    #expect(dialog.receive(Array("QUANTA-SEND 1\n".utf8)[...]) == .send(data[0]))
    for nonsense in ["3", "-1", "x", "99999999999999999999", ""] {
      #expect(dialog.receive(Array("QUANTA-SEND \(nonsense)\n".utf8)[...]) == nil)
    }
    let lines = String(decoding: dialog.request, as: UTF8.self).split(separator: "\n")
    #expect(lines.suffix(5) == ["2", data[0].hash[...], "1", data[1].hash[...], "2"])
    let here = try makeDialog(
      data: data + [DataFile(path: "a\nb", hash: data[0].hash, sizeBytes: 3)], isHere: true)
    let named = String(decoding: here.request, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(named.dropFirst(8).prefix(4) == ["/x", "", "attach", "3"])
    #expect(
      named.suffix(8) == ["/1", data[1].hash[...], "2", "/2", data[0].hash[...], "3", "", ""])
    #expect(throws: LinkFailure.self) {
      try makeDialog(data: [DataFile(path: "/x", hash: "$(touch x)", sizeBytes: 1)])
    }
  }

  @Test(arguments: ["x", "QUANTA-x\n", "\n"])
  func receive_endlessNoise_fails(_ unit: String) throws {
    var dialog = try makeDialog()
    var order: ShipDialog.Order?
    let noise = Array(String(repeating: unit, count: (1 << 16) / unit.utf8.count).utf8)
    for _ in 0..<40 where order == nil { order = dialog.receive(noise[...]) }
    guard case .fail(let failure) = order else {
      Issue.record("no failure")
      return
    }
    #expect(failure.code == .worker)
  }

  @Test(arguments: [
    "", "abc", String(repeating: "G", count: 64), "../" + String(repeating: "0", count: 61),
  ])
  func init_hashThatIsNone_throwsConfiguration(_ hash: String) {
    #expect(throws: LinkFailure.self) { try makeDialog(hash: hash) }
  }

  @Test func request_inputs_areOneLineEach() throws {
    let lines = String(decoding: try makeDialog().request, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 13, "the script, eleven inputs, and the last line end")
    #expect(lines[1] == "~/$(a)")
  }

  private func makeDialog(
    hash: String = String(repeating: "0", count: 64), data: [DataFile] = [], isHere: Bool = false
  ) throws -> ShipDialog {
    let host = HostSpec(
      name: "node", access: .ssh(SSHAddress(host: "h")), workFolder: "~/$(a)")
    return try ShipDialog(
      host: host,
      binary: WorkerBinary(path: "/x", hash: hash, architecture: "x86_64", sizeBytes: 5),
      data: data, session: "lab", at: WorkerPlace(sharesFiles: isHere))
  }
}
