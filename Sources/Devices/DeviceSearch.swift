import Glibc
import Posix
public import SweepModel

/// Finds the GPUs of this machine that programs of this process may use.
///
/// What `CUDA_VISIBLE_DEVICES` or `ROCR_VISIBLE_DEVICES` names is taken as it stands; where they say
/// nothing, the drivers' own lists tell. No program is started and no library loaded.
public struct DeviceSearch {
  /// Of a longer file the beginning is read, bytes.
  private static let mostBytes = 1 << 16

  private let environment: (String) -> String?
  private let read: (String) -> String?
  private let list: (String) -> [String]

  /// A search of a machine; tests give one of their own.
  ///
  /// - Parameters:
  ///   - environment: the value of a variable.
  ///   - read: the content of a file; nil where there is none.
  ///   - list: the names in a folder, none where there is none.
  public init(
    environment: @escaping (String) -> String?, read: @escaping (String) -> String?,
    list: @escaping (String) -> [String]
  ) {
    self.environment = environment
    self.read = read
    self.list = list
  }

  /// This machine.
  public static var here: DeviceSearch {
    DeviceSearch(
      environment: { getenv($0).map { String(cString: $0) } },
      read: { path in
        guard let file = try? Descriptor(opening: path, O_RDONLY) else { return nil }
        defer { file.close() }
        var bytes: [UInt8] = []
        while bytes.count <= mostBytes, let more = try? file.readSome(), !more.isEmpty {
          bytes += more
        }
        return String(decoding: bytes.prefix(mostBytes), as: UTF8.self)
      },
      list: { Descriptor.names(in: $0) })
  }

  /// The devices, NVIDIA's first.
  public func find() -> Devices {
    let amd = amd()
    let nvidia = nvidia(isElse: amd == nil)
    let all = (nvidia ?? []) + (amd ?? [])
    return Devices(
      Array(all.prefix(Device.most)), areWithheld: all.isEmpty && (nvidia ?? amd) != nil)
  }

  // MARK: NVIDIA

  private struct Card {
    let name: String
    let uuid: String
  }

  /// Nil where there is nothing of NVIDIA's; empty where it is withheld.
  private func nvidia(isElse: Bool) -> [Device]? {
    let cards = nvidiaCards()
    let named = environment("CUDA_VISIBLE_DEVICES")
    // AMD's runtime heeds that variable, too: without NVIDIA's driver it is AMD's.
    if let named, isElse || !cards.isEmpty {
      let same = Set(cards.map(\.name)).count == 1 ? cards[0].name : ""
      return Self.tokens(named).map { token in
        let card = cards.first { !$0.uuid.isEmpty && $0.uuid == token }
        return Device(
          token: token, vendor: .nvidia, name: card?.name ?? same, uuid: card?.uuid ?? "")
      }
    }
    guard !cards.isEmpty else { return nil }
    return cards.enumerated().map { index, card in
      Device(token: String(index), vendor: .nvidia, name: card.name, uuid: card.uuid)
    }
  }

  /// What the driver lists, by the cards' places on the bus; else its device files.
  private func nvidiaCards() -> [Card] {
    let folder = "/proc/driver/nvidia/gpus"
    let cards = list(folder).sorted().prefix(Device.most).map { place in
      let lines = (read("\(folder)/\(place)/information") ?? "").split(separator: "\n")
      func field(_ name: String) -> String {
        let line = lines.first { $0.hasPrefix("\(name):") }
        return Self.word(line.map { String($0.dropFirst(name.utf8.count + 1)) } ?? "")
      }
      return Card(name: field("Model"), uuid: field("GPU UUID"))
    }
    guard cards.isEmpty else { return Array(cards) }
    return list("/dev").filter { name in
      name.hasPrefix("nvidia") && Int(name.dropFirst(6)).map { $0 >= 0 } ?? false
    }.prefix(Device.most).map { _ in Card(name: "", uuid: "") }
  }

  /// The tokens of a variable up to the first that names nothing, each once, as CUDA reads them.
  static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let token = word(String(part))
      guard Device.isToken(token), !token.hasPrefix("-"), token != "NoDevFiles",
        tokens.count < Device.most
      else { break }
      if !tokens.contains(token) { tokens.append(token) }
    }
    return tokens
  }

  // MARK: AMD

  /// Nil where there is nothing of AMD's; empty where it is withheld.
  private func amd() -> [Device]? {
    let nodes = amdNodes()
    for name in ["ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"] {
      guard let text = environment(name) else { continue }
      return Self.tokens(text).map { token in
        let node = Int(token).flatMap { nodes.indices.contains($0) ? nodes[$0] : nil }
        return Device(
          token: token, vendor: .amd, name: node?.name ?? "",
          memoryBytes: node?.memoryBytes ?? 0)
      }
    }
    return nodes.isEmpty ? nil : nodes
  }

  /// The nodes of the kernel's list that compute and are no processors.
  private func amdNodes() -> [Device] {
    let folder = "/sys/class/kfd/kfd/topology/nodes"
    let numbers = list(folder).compactMap { Int($0) }.sorted().prefix(Device.most)
    let nodes = numbers.filter { node in
      (Self.number("simd_count", read("\(folder)/\(node)/properties")) ?? 0) > 0
        && Int(Self.word(read("\(folder)/\(node)/gpu_id") ?? "")) ?? 0 != 0
    }
    return nodes.enumerated().map { index, node in
      let banks = list("\(folder)/\(node)/mem_banks").prefix(16).reduce(0) { sum, bank in
        let size = Self.number(
          "size_in_bytes", read("\(folder)/\(node)/mem_banks/\(bank)/properties"))
        return sum.addingReportingOverflow(max(0, size ?? 0)).partialValue
      }
      return Device(
        token: String(index), vendor: .amd, name: Self.word(read("\(folder)/\(node)/name") ?? ""),
        memoryBytes: max(0, banks))
    }
  }

  private static func number(_ name: String, _ text: String?) -> Int? {
    for line in (text ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == name { return Int(words[1]) }
    }
    return nil
  }

  /// Without blanks at its ends.
  private static func word(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0.isWhitespace }
    let tail = text.drop(while: isBlank)
    return String(tail.reversed().drop(while: isBlank).reversed().prefix(128))
  }
}
