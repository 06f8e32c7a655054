public import SweepModel

/// What a job has of its host's named resources, and how its program is told.
public struct DeviceEnvironment: Hashable, Sendable {
  /// The tokens of each resource that the job has, in the order of their indices: what the cluster file
  /// or the host names them, else the indices.
  public let tokens: [String: [String]]
  /// What to set in the environment of its programs; nothing else of it is touched.
  public let variables: [String: String]

  /// - Parameters:
  ///   - held: what the job has.
  ///   - named: the tokens of the host's resources, as far as anybody names them.
  ///   - devices: the host's GPUs.
  public init(held: [Allocation.Held], named: [String: [String]], devices: Devices) {
    var tokens: [String: [String]] = [:]
    for entry in held.sorted() {
      let known = named[entry.name] ?? []
      let token = known.indices.contains(entry.index) ? known[entry.index] : String(entry.index)
      // One that jobs share may stand among them twice, and a job may have both.
      if tokens[entry.name]?.contains(token) != true {
        tokens[entry.name, default: []].append(token)
      }
    }
    self.tokens = tokens
    var variables: [String: String] = [:]
    for (name, tokens) in tokens {
      variables[Self.variable(name)] = tokens.joined(separator: ",")
    }
    variables.merge(Self.visibility(tokens[Device.resource] ?? [], devices)) { own, _ in own }
    self.variables = variables
  }

  /// The tokens of a host's resources: those of the cluster file, else of the devices that were found.
  public static func named(
    _ given: [String: [String]], _ devices: Devices
  ) -> [String: [String]] {
    guard given[Device.resource] == nil, !devices.all.isEmpty else { return given }
    return given.merging([Device.resource: devices.all.map(\.token)]) { own, _ in own }
  }

  /// The variable that names what a job has of a resource: `QUANTA_RESOURCE_GPU`.
  static func variable(_ resource: String) -> String {
    "QUANTA_RESOURCE_"
      + String(
        resource.map { character in
          character.isASCII && (character.isLetter || character.isNumber)
            ? Character(character.uppercased()) : "_"
        })
  }

  /// What shows a job its GPUs and hides the others: all of them from a job that has none.
  private static func visibility(_ tokens: [String], _ devices: Devices) -> [String: String] {
    let isAMD = { (token: String) in
      let device = devices.all.first { $0.token == token || $0.uuid == token }
      return (device?.vendor ?? devices.all.first?.vendor) == .amd
    }
    let amd = tokens.filter(isAMD)
    let nvidia = tokens.filter { !isAMD($0) }
    var variables: [String: String] = [:]
    if !nvidia.isEmpty || devices.all.contains(where: { $0.vendor == .nvidia }) {
      variables["CUDA_VISIBLE_DEVICES"] = nvidia.joined(separator: ",")
    }
    if !amd.isEmpty || devices.all.contains(where: { $0.vendor == .amd }) {
      variables["ROCR_VISIBLE_DEVICES"] = amd.joined(separator: ",")
      // HIP counts what is left by the other variable.
      variables["HIP_VISIBLE_DEVICES"] = amd.indices.map(String.init).joined(separator: ",")
    }
    return variables
  }
}
