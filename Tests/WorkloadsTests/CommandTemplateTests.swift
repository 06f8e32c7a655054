import SweepModel
import Testing

@testable import Workloads

@Suite struct CommandTemplateTests {
  private static var template: CommandTemplate {
    CommandTemplate(
      parameters: Parameters([
        Parameters.Entry(name: "deep", value: true), Parameters.Entry(name: "plain", value: false),
        Parameters.Entry(name: "model.width", value: 8),
        Parameters.Entry(name: "rate", value: 1e-05),
        Parameters.Entry(name: "name", value: "a b; $(x)"),
      ]).entries, parametersFile: "/p.json", variable: { $0 == "HOME" ? "/root" : nil },
      interpreter: "python3")
  }

  @Test(arguments: [
    (["x", "{model.width}-{rate}"], ["x", "8-1e-05"]),
    (["{name}"], ["a b; $(x)"]),
    (
      ["${args}"],
      ["--deep=True", "--model.width=8", "--name=a b; $(x)", "--plain=False", "--rate=1e-05"]
    ),
    (
      ["${args_no_hyphens}"],
      ["deep=True", "model.width=8", "name=a b; $(x)", "plain=False", "rate=1e-05"]
    ),
    (
      ["${args_no_boolean_flags}"],
      ["--deep", "--model.width=8", "--name=a b; $(x)", "--rate=1e-05"]
    ),
    (["${args_json_file}", "${interpreter}", "${env}"], ["/p.json", "python3"]),
    (["{\"a\": {model.width}}", "{{deep}}", "{}"], ["{\"a\": 8}", "{deep}", "{}"]),
    (["${envvar:HOME}/x", "$HOME", "${HOME}"], ["/root/x", "$HOME", "${HOME}"]),
  ])
  func words_areFilled(_ words: [String], _ filled: [String]) {
    #expect(Self.template.words(words) == filled)
  }

  @Test func sacred_getsItsWords() {
    #expect(
      Self.template.words(["run", "${args_sacred}"]).prefix(3) == ["run", "with", "deep=True"])
  }

  @Test(arguments: [
    (
      ["python", "--width", "{widht}"], "{widht}, which is no parameter of this sweep; did you mean"
    ),
    (["python", "${argz}"], "Unknown ${argz}"),
  ])
  func templates_ofNoParameter_areRefused(_ words: [String], _ message: String) {
    var spec = CommandSpec()
    spec.run = words
    #expect {
      try CommandTemplate.check(spec, parameters: ["width", "seed"])
    } throws: {
      ($0 as? ParameterProblem)?.message.contains(message) == true
    }
  }
}
