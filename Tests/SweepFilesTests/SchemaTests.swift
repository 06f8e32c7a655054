import Foundation
import SweepModel
import Testing

@testable import SweepFiles

@Suite struct SchemaTests {
  private func object(_ value: Any?) throws -> [String: Any] {
    try #require(value as? [String: Any])
  }

  private func schema(_ text: String) throws -> [String: Any] {
    try object(JSONSerialization.jsonObject(with: Data(text.utf8)))
  }

  @Test func sweep_everyKeyOfTheTable_isThere() throws {
    let schema = try schema(Schema.sweep(workloads: [parity]))
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    // A file of W&B's has neither, and one that says what to run no workload.
    #expect(schema["required"] == nil)
    #expect(schema["additionalProperties"] as? Bool == false)
    #expect(try Set(object(schema["properties"]).keys) == Set(SweepKeys.command.names))
    #expect(try Array(object(schema["patternProperties"]).keys) == ["^x-"])
    let fits = try object(object(schema["properties"])["fits"])
    let fit = try object(fits["additionalProperties"])
    #expect(try Set(object(fit["properties"]).keys) == Set(SweepKeys.fit.names))
  }

  @Test func sweep_everyParameter_isASettingAndAnAxis() throws {
    let definitions = try object(schema(Schema.sweep(workloads: [parity]))["$defs"])
    let settings = try object(object(definitions["settings-sparse-parity"])["properties"])
    let grid = try object(object(definitions["grid-sparse-parity"])["properties"])
    let names = Set(parity.parameters.map(\.name))
    #expect(Set(settings.keys) == names)
    #expect(Set(grid.keys) == names.union(SweepKeys.gridWords))
    let width = try object(settings["width"])
    #expect(width["type"] as? String == "integer")
    #expect(width["minimum"] as? Int == 1)
    #expect(width["description"] as? String == "Hidden units. (default 100)")
    let regime = try object(settings["regime"])
    #expect(regime["enum"] as? [String] == ["online", "fixed"])
    let alpha = try object(settings["alpha"])
    #expect(alpha["exclusiveMinimum"] as? Double == 0)
  }

  @Test func schemas_everyReference_hasItsDefinition() throws {
    for text in [Schema.sweep(workloads: [parity]), Schema.cluster()] {
      let definitions = try object(schema(text)["$defs"]).keys
      let references = text.matches(of: #/"#\/\$defs\/([^"]+)"/#).map { String($0.output.1) }
      #expect(!references.isEmpty)
      for reference in references { #expect(definitions.contains(reference)) }
    }
  }

  @Test func cluster_everyKeyOfTheTable_isThere() throws {
    let schema = try schema(Schema.cluster())
    #expect(schema["required"] == nil, "hosts or pools")
    #expect(try Set(object(schema["properties"]).keys) == Set(ClusterKeys.file.names))
    let hosts = try object(object(schema["properties"])["hosts"])
    let forms = try #require(object(hosts["items"])["anyOf"] as? [Any])
    #expect(try Set(object(object(forms[1])["properties"]).keys) == Set(ClusterKeys.host.names))
  }

  @Test func pretty_controlCharacters_areEscaped() {
    #expect(JSONText.string("a\"\\\n\u{1}ä").pretty() == "\"a\\\"\\\\\\n\\u0001ä\"")
    #expect(JSONText.array([]).pretty() == "[]")
    #expect(JSONText.object([]).pretty() == "{}")
  }
}
