/// A GPU of a host, as its worker has found it.
public struct Device: Hashable, Sendable {
  /// Whose it is: that decides which variables show it to a program.
  public enum Vendor: String, Hashable, Sendable {
    /// `CUDA_VISIBLE_DEVICES`.
    case nvidia
    /// `ROCR_VISIBLE_DEVICES`.
    case amd
  }

  /// What programs name it by, passed on as it was found: an index, `GPU-…`, `MIG-…`.
  public let token: String
  /// Whose it is.
  public let vendor: Vendor
  /// The model's name; empty where nothing tells.
  public let name: String
  /// Its memory, bytes; 0 where nothing tells.
  public let memoryBytes: Int
  /// Another name that programs may use for it; empty where there is none.
  public let uuid: String

  /// Creates a device.
  public init(
    token: String, vendor: Vendor, name: String = "", memoryBytes: Int = 0, uuid: String = ""
  ) {
    self.token = token
    self.vendor = vendor
    self.name = name
    self.memoryBytes = memoryBytes
    self.uuid = uuid
  }

  /// The resource that GPUs are.
  public static let resource = "gpu"

  /// More of a host are not told of.
  public static let most = 256

  /// True for what may be a device's token: a word without commas, of no more than 128 bytes.
  public static func isToken(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { (33...126).contains($0) && $0 != 44 }
  }
}

/// The GPUs of a host.
public struct Devices: Hashable, Sendable {
  /// In the order in which jobs get them.
  public var all: [Device]
  /// The host says that there are none for us, which is more than that none was found.
  public var areWithheld: Bool

  /// Creates the devices of a host.
  public init(_ all: [Device] = [], areWithheld: Bool = false) {
    self.all = all
    self.areWithheld = areWithheld
  }

  /// How many jobs may use where a cluster file gives so many: no more than were found, as long as any
  /// were, for not every kind of device can be found.
  public func usable(of wanted: Int) -> Int {
    if areWithheld { return 0 }
    return all.isEmpty ? wanted : min(wanted, all.count)
  }
}
