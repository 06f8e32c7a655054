import SweepModel
import Testing
import Worker

/// How a job's programs are told which devices are theirs.
@Suite struct DeviceEnvironmentTests {
  private static let nvidia = Devices(
    ["GPU-aaa", "MIG-bbb", "2"].map { Device(token: $0, vendor: .nvidia) })
  private static let amd = Devices(["0", "1"].map { Device(token: $0, vendor: .amd) })

  private func environment(
    _ held: [Allocation.Held], _ devices: Devices, given: [String: [String]] = [:]
  ) -> DeviceEnvironment {
    DeviceEnvironment(
      held: held, named: DeviceEnvironment.named(given, devices), devices: devices)
  }

  @Test func `A job gets the tokens of its GPUs, unchanged`() {
    let own = environment([.init("gpu", 1), .init("gpu", 0)], Self.nvidia)
    #expect(own.tokens == ["gpu": ["GPU-aaa", "MIG-bbb"]])
    #expect(
      own.variables == [
        "CUDA_VISIBLE_DEVICES": "GPU-aaa,MIG-bbb", "QUANTA_RESOURCE_GPU": "GPU-aaa,MIG-bbb",
      ])
  }

  @Test func `A job that has none sees none`() {
    #expect(environment([], Self.nvidia).variables == ["CUDA_VISIBLE_DEVICES": ""])
    #expect(
      environment([], Self.amd).variables
        == ["ROCR_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": ""])
    // Where there is nothing to hide nothing is set.
    #expect(environment([], Devices()).variables.isEmpty)
    #expect(environment([], Devices(areWithheld: true)).variables.isEmpty)
  }

  @Test func `HIP counts what the other variable leaves`() {
    let own = environment([.init("gpu", 1)], Self.amd).variables
    #expect(own["ROCR_VISIBLE_DEVICES"] == "1" && own["HIP_VISIBLE_DEVICES"] == "0")
    #expect(own["CUDA_VISIBLE_DEVICES"] == nil)
  }

  @Test func `Both kinds are shown by their own variables`() {
    let both = Devices(Self.nvidia.all.dropLast() + [Device(token: "7", vendor: .amd)])
    let own = environment([.init("gpu", 0), .init("gpu", 2)], both).variables
    #expect(own["CUDA_VISIBLE_DEVICES"] == "GPU-aaa" && own["ROCR_VISIBLE_DEVICES"] == "7")
  }

  @Test func `The cluster file's tokens take the place of what was found`() {
    let given = ["gpu": ["GPU-x", "GPU-y"]]
    let own = environment([.init("gpu", 1)], Self.nvidia, given: given)
    #expect(own.tokens == ["gpu": ["GPU-y"]])
    #expect(own.variables["CUDA_VISIBLE_DEVICES"] == "GPU-y")
  }

  @Test func `A token that stands twice in the cluster file is shared, and told once`() {
    let given = ["gpu": ["0", "1", "0", "1"]]
    let shared = environment([.init("gpu", 2)], Self.nvidia, given: given)
    #expect(shared.variables["CUDA_VISIBLE_DEVICES"] == "0")
    let both = environment([.init("gpu", 0), .init("gpu", 2)], Self.nvidia, given: given)
    #expect(both.tokens == ["gpu": ["0"]])
  }

  @Test func `Where nothing was found indices are told, and other resources by their names`() {
    let own = environment(
      [.init("gpu", 3), .init("my-licence.v2", 0), .init("my-licence.v2", 4)], Devices())
    #expect(own.variables["CUDA_VISIBLE_DEVICES"] == "3")
    #expect(own.variables["QUANTA_RESOURCE_MY_LICENCE_V2"] == "0,4")
    #expect(own.tokens["my-licence.v2"] == ["0", "4"])
  }
}
