import Devices
import SweepModel
import Testing

/// Which GPUs are found on machines of all kinds.
@Suite struct DeviceSearchTests {
  /// A machine: variables, and files by their paths.
  private func find(_ variables: [String: String] = [:], _ files: [String: String] = [:]) -> Devices
  {
    DeviceSearch(
      environment: { variables[$0] }, read: { files[$0] },
      list: { folder in
        let inside = files.keys.filter { $0.hasPrefix(folder + "/") }
        return Array(Set(inside.map { $0.dropFirst(folder.count + 1).prefix { $0 != "/" } }))
          .map(String.init)
      }
    ).find()
  }

  private static func card(_ bus: String, _ name: String, _ uuid: String) -> (String, String) {
    (
      "/proc/driver/nvidia/gpus/\(bus)/information",
      "Model: \t\t \(name)\nIRQ:   \t\t 33\nGPU UUID: \t \(uuid)\nBus Type: \t PCIe\n"
    )
  }

  private static let two = Dictionary(
    uniqueKeysWithValues: [
      card("0000:41:00.0", "NVIDIA A100-SXM4-80GB", "GPU-bbb"),
      card("0000:01:00.0", "NVIDIA A100-SXM4-80GB", "GPU-aaa"),
    ])

  @Test func `A machine without any has none, and nobody withholds them`() {
    #expect(find() == Devices())
    #expect(find([:], ["/dev/nvidiactl": "", "/dev/nvidia-uvm": ""]) == Devices())
  }

  @Test func `The driver's list gives indices in the order of the bus`() {
    let devices = find([:], Self.two)
    #expect(devices.all.map(\.token) == ["0", "1"])
    #expect(devices.all.map(\.uuid) == ["GPU-aaa", "GPU-bbb"])
    #expect(devices.all.allSatisfy { $0.name == "NVIDIA A100-SXM4-80GB" && $0.vendor == .nvidia })
  }

  @Test func `Device files are enough`() {
    let files = [
      "/dev/nvidia0": "", "/dev/nvidia1": "", "/dev/nvidiactl": "", "/dev/nvidia-caps": "",
    ]
    #expect(find([:], files).all.map(\.token) == ["0", "1"])
  }

  @Test(arguments: [
    ("2,3", ["2", "3"]), (" 1 , 0 ", ["1", "0"]), ("GPU-bbb,GPU-aaa", ["GPU-bbb", "GPU-aaa"]),
    ("MIG-GPU-6f2/7/0,MIG-1c", ["MIG-GPU-6f2/7/0", "MIG-1c"]), ("0,-1,1", ["0"]), ("1,1", ["1"]),
    ("0,,1", ["0"]), ("0\u{7},1", []),
  ])
  func `The variable's tokens are taken as they stand`(_ text: String, _ tokens: [String]) {
    #expect(find(["CUDA_VISIBLE_DEVICES": text], Self.two).all.map(\.token) == tokens)
    // In a container that shows no driver, too.
    #expect(find(["CUDA_VISIBLE_DEVICES": text]).all.map(\.token) == tokens)
  }

  @Test func `A token that is a card's UUID has its name, and an index that of equal cards`() {
    let devices = find(["CUDA_VISIBLE_DEVICES": "GPU-bbb,0"], Self.two)
    #expect(devices.all.map(\.uuid) == ["GPU-bbb", ""])
    #expect(devices.all.allSatisfy { $0.name == "NVIDIA A100-SXM4-80GB" })
  }

  @Test(arguments: ["", "-1", "NoDevFiles", " ", "-1,0"])
  func `None is withheld`(_ text: String) {
    let devices = find(["CUDA_VISIBLE_DEVICES": text], Self.two)
    #expect(devices == Devices([], areWithheld: true))
    #expect(devices.usable(of: 4) == 0 && Devices().usable(of: 4) == 4)
  }

  private static let amd = [
    "/sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 64\nsimd_count 0\n",
    "/sys/class/kfd/kfd/topology/nodes/0/gpu_id": "0\n",
    "/sys/class/kfd/kfd/topology/nodes/1/properties": "simd_count 440\n",
    "/sys/class/kfd/kfd/topology/nodes/1/gpu_id": "51763\n",
    "/sys/class/kfd/kfd/topology/nodes/1/name": "aldebaran\n",
    "/sys/class/kfd/kfd/topology/nodes/1/mem_banks/0/properties":
      "heap_type 1\nsize_in_bytes 68702699520\n",
    "/sys/class/kfd/kfd/topology/nodes/10/properties": "simd_count 440\n",
    "/sys/class/kfd/kfd/topology/nodes/10/gpu_id": "7\n",
  ]

  @Test func `AMD's are found by the kernel's list, with their memory`() {
    let devices = find([:], Self.amd).all
    #expect(devices.map(\.token) == ["0", "1"] && devices.allSatisfy { $0.vendor == .amd })
    #expect(devices[0].name == "aldebaran" && devices[0].memoryBytes == 68_702_699_520)
    #expect(find(["ROCR_VISIBLE_DEVICES": "1"], Self.amd).all.map(\.token) == ["1"])
    #expect(find(["ROCR_VISIBLE_DEVICES": ""], Self.amd).areWithheld)
    // NVIDIA's variable says nothing of a machine that has only AMD's.
    #expect(find(["CUDA_VISIBLE_DEVICES": ""], Self.amd).all.count == 2)
  }

  @Test func `Both kinds on one machine are told apart`() {
    let devices = find([:], Self.amd.merging(Self.two) { $1 }).all
    #expect(devices.map(\.vendor) == [.nvidia, .nvidia, .amd, .amd])
  }

  @Test func `Damaged lists neither trap nor are believed`() {
    var files = Self.amd
    files["/sys/class/kfd/kfd/topology/nodes/1/mem_banks/0/properties"] =
      "size_in_bytes 9223372036854775807\n"
    files["/sys/class/kfd/kfd/topology/nodes/1/mem_banks/1/properties"] =
      "size_in_bytes 9223372036854775807\n"
    files["/sys/class/kfd/kfd/topology/nodes/x/gpu_id"] = "1"
    files["/sys/class/kfd/kfd/topology/nodes/99999999999999999999/gpu_id"] = "1"
    #expect(find([:], files).all.count == 2)
    let many = (0..<1000).map(String.init).joined(separator: ",")
    #expect(find(["CUDA_VISIBLE_DEVICES": many]).all.count == Device.most)
  }

  @Test func `A cluster file takes away, and names`() {
    let found = find([:], Self.two)
    func capacity(_ host: HostSpec, _ devices: Devices) -> Amount {
      host.capacity(Amounts(threads: 8), devices)["gpu"]
    }
    func host(_ gpu: Amount, tokens: [String: [String]] = [:], withheld: Set<String> = [])
      -> HostSpec
    {
      HostSpec(
        name: "a", access: .local, limits: Amounts(named: ["gpu": gpu]), tokens: tokens,
        withheld: withheld)
    }
    #expect(capacity(host(0), found) == 2 && capacity(host(1), found) == 1)
    #expect(capacity(host(5), found) == 2 && capacity(host(5), Devices()) == 5)
    #expect(capacity(host(5), Devices(areWithheld: true)) == 0)
    #expect(capacity(host(0, withheld: ["gpu"]), found) == 0)
    #expect(capacity(host(3, tokens: ["gpu": ["GPU-a", "GPU-b", "MIG-c"]]), found) == 3)
  }
}
