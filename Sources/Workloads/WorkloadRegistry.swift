import Kernels
public import SweepModel

/// All workloads, by name. A workload is its folder and one line here.
public enum WorkloadRegistry {
  /// The workloads, in the order in which help prints them.
  public static let all: [any Workload.Type] = [
    SparseParity.self,
    CompositionalParity.self,
    GrokkingAddition.self,
    OmnigrokTeacher.self,
    OmnigrokImages.self,
    OmnigrokModadd.self,
    Command.self,
    SelfTest.self,
  ]

  /// The workload of a name.
  public static func workload(named name: String) -> (any Workload.Type)? {
    all.first { $0.signature.name == name }
  }

  /// The door to the signatures of sweeps and jobs.
  public static let catalog = WorkloadCatalog(
    all.map {
      WorkloadCatalog.Entry($0.signature, make: $0.makeSignature, keeping: $0.keeping)
    })

  /// What the coordinator knows of every workload.
  public static var signatures: [WorkloadSignature] { all.map { $0.signature } }

  /// The instruction set whose kernels train here, such as `portable`; recorded with every attempt,
  /// because results are the same bits only on the same one.
  public static var instructionSet: String { KernelSet.best.instructionSet }
}
