public import SweepModel

/// The batch systems that pools may name: the files of the folder Systems, part of the program.
public enum BatchSystems {
  /// All, the tested one first.
  public static let all: [BatchSystem] = files.map(read)

  /// The text of the file that describes a system, for whoever wants to change it; nil for none.
  public static func text(of name: String) -> String? {
    all.firstIndex { $0.name == name }.map { String(decoding: files[$0], as: UTF8.self) }
  }

  /// That of a name.
  public static func named(_ name: String) -> BatchSystem? { all.first { $0.name == name } }

  private static let files = [
    PackageResources.slurm_yaml, PackageResources.pbs_yaml, PackageResources.lsf_yaml,
    PackageResources.sge_yaml, PackageResources.oar_yaml, PackageResources.flux_yaml,
    PackageResources.htcondor_yaml, PackageResources.kubernetes_yaml,
  ]

  /// A file that cannot be read is a mistake of the program's, which tests find.
  private static func read(_ file: [UInt8]) -> BatchSystem {
    do throws(FileError) {
      return try SystemReader.parse(text: String(decoding: file, as: UTF8.self), origin: "a system")
    } catch {
      preconditionFailure(error.description)
    }
  }
}
