public import SweepModel

/// The batch systems that pools may name: the files of the folder Systems, part of the program.
public enum BatchSystems {
  /// All, the tested one first.
  public static let all: [BatchSystem] = [
    read(PackageResources.slurm_yaml), read(PackageResources.pbs_yaml),
    read(PackageResources.lsf_yaml), read(PackageResources.sge_yaml),
    read(PackageResources.oar_yaml), read(PackageResources.flux_yaml),
    read(PackageResources.htcondor_yaml), read(PackageResources.kubernetes_yaml),
  ]

  /// That of a name.
  public static func named(_ name: String) -> BatchSystem? { all.first { $0.name == name } }

  /// A file that cannot be read is a mistake of the program's, which tests find.
  private static func read(_ file: [UInt8]) -> BatchSystem {
    do throws(FileError) {
      return try SystemReader.parse(text: String(decoding: file, as: UTF8.self), origin: "a system")
    } catch {
      preconditionFailure(error.description)
    }
  }
}
