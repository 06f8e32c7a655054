import SweepModel

extension SystemReader {
  /// What tells of a site's limits; `known` are the values of templates.
  static func limits(
    _ fields: Fields, _ terms: [BatchSystem.Term], _ known: Set<String>
  ) -> [BatchSystem.Inquiry] {
    let facts = BatchSystem.Fact.allCases.map(\.rawValue) + terms.map(\.name)
    return (fields["limits"]?.elements ?? []).compactMap { element in
      guard let limit = mapping(element, SystemKeys.limit, fields.problems) else { return nil }
      return BatchSystem.Inquiry(
        templates("ask", limit, known.union(["user"])), begins: limit.text("begins") ?? "",
        entry: patterns("entry", limit, knowing: facts))
    }
  }
}
