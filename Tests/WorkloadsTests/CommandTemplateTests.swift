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
      interpreter: { "python3" })
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

  /// Two braces are one in the template, never in a value.
  @Test func values_keepTheirBraces() {
    let template = CommandTemplate(
      parameters: Parameters([Parameters.Entry(name: "w", value: "{{a}}b}}")]).entries,
      parametersFile: "/p.json", variable: { _ in nil }, interpreter: { "python3" })
    #expect(
      template.words([#"--j={{"w":"{w}"}}"#, "{w}"]) == [#"--j={"w":"{{a}}b}}"}"#, "{{a}}b}}"])
  }

  /// What wandb 0.31 makes of the same values.
  @Test func nestedParameters_areOneArgument_asWandBHasThem() {
    let template = CommandTemplate(
      parameters: Parameters([
        Parameters.Entry(name: "flag", value: false), Parameters.Entry(name: "seed", value: 3),
        Parameters.Entry(name: "optimizer.deep", value: true),
        Parameters.Entry(name: "optimizer.layers", value: "[64, 2.5]"),
        Parameters.Entry(name: "optimizer.lr", value: 1e-05),
        Parameters.Entry(name: "optimizer.name", value: "adam"),
        Parameters.Entry(name: "optimizer.s.t", value: "it's \u{E9}\n\u{A0}\u{200B}"),
        Parameters.Entry(name: "optimizer.s.words", value: #"["a", null, true]"#),
        Parameters.Entry(name: "optimizer.s.x", value: 1.0),
      ]).entries, parametersFile: "/p.json", variable: { _ in nil }, interpreter: { "python3" },
      groups: ["optimizer", "optimizer.s"])
    let dictionary = #"""
      {'deep': True, 'layers': [64, 2.5], 'lr': 1e-05, 'name': 'adam', \#
      's': {'t': "it's \u{E9}\n\xa0\u200b", 'words': ['a', None, True], 'x': 1.0}}
      """#.replacing("\\u{E9}", with: "\u{E9}")
    #expect(
      template.words(["${args}"]) == ["--flag=False", "--optimizer=\(dictionary)", "--seed=3"])
    #expect(
      template.words(["${args_no_hyphens}"])
        == ["flag=False", "optimizer=\(dictionary)", "seed=3"])
    #expect(
      template.words(["${args_no_boolean_flags}"]) == ["--optimizer=\(dictionary)", "--seed=3"])
    #expect(
      template.words(["${args_json}"]) == [
        #"{"flag":false,"optimizer":{"deep":true,"layers":[64, 2.5],"lr":1e-05,"name":"adam","#
          + "\"s\":{\"t\":\"it's \u{E9}\\u000a\u{A0}\u{200B}\",\"words\":[\"a\", null, true],\"x\":1.0}},\"seed\":3}"
      ])
    #expect(
      template.words(["{optimizer.s.x}", "${args_sacred}"]).prefix(4).last == "optimizer.deep=True")
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

  @Test(arguments: [
    (["python3", "t.py", "--width", "{width}"], ["deep.er", "seed"]),
    (["t", "{seed}", "{deep}"], ["width"]), (["t", "${args}"], []),
    (["{width}", "${env}"], ["deep.er", "seed"]),
  ])
  func parameters_thatNoWordHas_areNamed(_ words: [String], _ unused: [String]) {
    var spec = CommandSpec()
    spec.run = words
    #expect(spec.unused(among: ["deep.er", "seed", "width"]) == unused)
  }
}
