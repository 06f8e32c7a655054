/// The SQL of the fifth migration: numbers in views as what they are, to the last bit.
enum SchemaV5 {
  /// A scalar as JSON text. SQLite's own text of a number has 15 digits, with which several numbers
  /// look the same; with 18 every number reads back as itself (17 would do, but SQLite before 3.42
  /// rounds the 17th of numbers near the greatest one wrongly).
  private static let number = """
    CASE WHEN scalar.value IS NULL THEN 'null'
      WHEN scalar.value > 1.7976931348623157e308 THEN '"inf"'
      WHEN scalar.value < -1.7976931348623157e308 THEN '"-inf"'
      ELSE printf('%!.18g', scalar.value) END
    """

  /// The scalars of an attempt as a JSON object in their order. `json` marks a text as JSON only
  /// where it is called by the function that takes it.
  static func scalars(of attempt: String) -> String {
    """
    (SELECT json_group_object(name, json(text)) FROM (
        SELECT metric.name AS name, \(number) AS text
        FROM scalar JOIN metric ON metric.id = scalar.metric
        WHERE scalar.attempt = \(attempt) ORDER BY scalar.position))
    """
  }

  /// `runs` and `discarded` with these scalars, and otherwise as they were.
  static let views = """
    DROP VIEW runs;
    \(SchemaV1.runs(
      scalars: scalars(of: "job.accepted"), columns: ", quarantine.reason AS quarantine",
      joins: " LEFT JOIN quarantine ON quarantine.job = job.id"))

    DROP VIEW discarded;
    \(SchemaV4.discarded(scalars: scalars(of: "attempt.token")))
    """
}
