public enum WorkloadRegistry {
  public static func workload(named name: String) -> (any Workload.Type)? {
    name == "self-test" ? SelfTest.self : nil
  }
}
