import Analysis
import ArgumentParser
import Findings
import Fitting
import Reports

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits exponents with intervals: of a sweep, or of any table.",
    discussion: """
      Without --x and --y a sweep's own `fits:` are done. Forms, with the names of their \
      parameters in JSON:
        power            b·x^-c
        offset           E + b·x^-c
        shifted          E + b·(x + x0)^-c
        m4               (L − E)/(1 − L)^alpha = b·x^-c, for error rates
        bnsl1 … bnsl3    E + b·x^-c0 · ∏ (1 + (x/d1)^(1/f1))^(-c1·f1), 1 to 3 breaks
        chinchilla       E + A·x^-alpha + B·x2^-beta, x = N and x2 = D
        chinchilla-tied  E + A·x^-alpha + B·x2^-alpha
        repeated         chinchilla in effective N and D, x3 = unique tokens; RN, RD
        overtrained      E + (a·M^eta + b·M^-eta)·C^-eta, x = C, x2 = M = D/N
        quanta           b·Σ_{k>n}^K p_k, p_k ∝ k^-(alpha+1), n = x of K (--k) quanta
        quanta-data      the same, n = (x/x1)^(1/(1+alpha)); hold b if it is known
        error-law        eps − k·exp(−gamma·x), an error against the loss x
      E, x0 ≥ 0; |c1| … |c3| of breaks ≤ 100, f from 0.018 to 20: breaks that cancel each other are a \
      step or a bump there already. Objectives, sums over points, weighted where asked, of the residual r of \
      natural logarithms: log-ls ½·Σ r², huber Σ Huber_delta(r), lad Σ |r|; ls ½·Σ of squares of \
      raw residuals. --bootstrap 0 gives asymptotic errors, s²(JᵀWJ)⁻¹ with Student's t.

      Tables are CSV, TSV, semicolons with decimal commas, columns of blanks, JSON lines, NumPy's .npy \
      and .npz, each also packed by gzip, up to 4 GiB (1 GiB of a pipe or unpacked). Without a header \
      columns are called 0, 1, …; lines after # are comments, or the header of numbers below. NA, \
      N/A, NaN, null, None, - and nothing are missing and counted; 1.3B, 70M, 12k are numbers. Equal \
      numbers are one value (1e-05 and 0.00001), unless the column holds names (007, 61e9540).

      --output FILE.csv or FILE.jsonl writes a row for each group as it is fitted, for any number of \
      groups. Of more than 100 groups forms are not compared and the table is printed as it grows.

      --isoflop COLUMN fits no form but approach 2 of Hoffmann et al.: a parabola of y in log10 x \
      at every budget, then log10 of the vertices against log10 C (a, and b for --x2).

      --output DIR writes everything about the fits, the files of a sweep's fits with the fit's \
      name first:
        fit.json         what --json prints
        fit.tex          a booktabs table
        parameters.csv   values, standard errors, intervals
        residuals.csv    every point with ln(y) − ln(prediction), its job, axes and step, or line
        draws.csv        the bootstrap's parameters
        grid.csv         the fitted curve with its 95 % band, ready to plot
        NAME.svg         scaling, residuals, profile, cutoffs, pairs

      --json prints one object for a table ({"groups": [...]} with --by), a list of such \
      objects for a sweep: form, objective {name, delta, value}, n, parameters {NAME: {value, \
      identified, se, ci95 (null for an end that there is none of)}}, converged, minima, warnings [{code, message}], derived, selection, filters {rules \
      [{rule, leftOut}], clusters, strata, weights}, and dataHash: SHA-256 of `quanta points 1`, a \
      line feed, n and the number of inputs as little-endian int64, then for each point inputs, y \
      and weight as doubles, cluster and stratum as int64, all as in residuals.csv.

      A parameter that the data do not determine is called so, with all values that they allow as its \
      interval, and the status is 1.

      Of a grid with holes it states every missing point, calls the result a provisional slope \
      and ends with status 1; --allow-incomplete accepts the holes. A run that failed or was \
      cancelled after a checkpoint is censored: its last loss is an upper bound, with the residual max(r, 0). In a \
      table --censored names the column that tells such rows; residuals.csv and the hash show \
      their weight with a minus sign.

      Examples:
        quanta fit parity-parameters-small
        quanta fit last --x parameters --y loss.final --form offset --json
        quanta fit data.csv --x tokens --y loss --form offset --objective huber \\
          --delta 1e-3 --where model=base --bootstrap 4000 --seed 7
        quanta fit tokens.jsonl.gz --x n --y loss --by token \\
          --bootstrap 0 --output tokens.csv
        quanta fit curves.npz --x-values steps --y loss --form offset
        quanta fit runs.tsv --let 'C=6*N*D' --where 'lr<=0.01' \\
          --where size=70M,160M --x C --y loss
        quanta fit runs.csv --x params --x2 tokens --y loss --isoflop budget
        quanta fit runs.csv --x params --x2 tokens --y loss --form chinchilla \\
          --objective huber --cluster run --flops 1e24 --output paper
      """)

  @Argument(
    help: "A sweep's name, a sweep file, or a table; - is a table on standard input.",
    completion: .sweepsAndTables)
  var subject: String
  @OptionGroup var request: FitOptions
  @OptionGroup var extras: FitExtras
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A folder for everything about the fits as files, or a file .csv or .jsonl with a row for each "
        + "group.", valueName: "folder or file"), completion: .file())
  var output: String?

  func run() throws {
    let source = FitSubject(subject, store: store)
    let isTable = source.isTable
    if let budget = extras.isoflop {
      guard isTable else {
        throw CommandError(
          "--isoflop is for tables",
          remedy: "`quanta export` writes a sweep's runs as one")
      }
      try source.check(request, extras, mode: .isoflop)
      return try fit(request.frontier(budget: budget, predicted: extras.flops), of: source)
    }
    if isTable { try source.check(request, extras, mode: .table) }
    let settings = request.settings(extras)
    let tableGroups = isTable ? try source.groups(request, extras) : nil
    if let tableGroups, let target = target(of: tableGroups) {
      let tally = try GroupFits(groups: tableGroups, settings: settings).write(to: target)
      if tally.refused + tally.unidentified > 0 { throw ExitStatus.someFailed }
      return
    }
    if GroupFits.Target(file: output) != nil {
      throw CommandError(
        "a sweep's fits are no rows of one file", remedy: "name a folder with --output")
    }
    let reports = try ProgressLine.during("fitting \(subject)") { _ in
      try tableGroups.map { [$0.report(settings)] } ?? source.reports(request, extras)
    }
    if printing.json {
      if isTable {
        try printJSON(JSONFit(reports[0].document))
      } else {
        try printJSON(reports.flatMap(JSONFit.all))
      }
    } else {
      Console.print(FitTable.text(reports))
    }
    try writeFiles(reports, isTable: isTable)
    let groups = reports.flatMap(\.groups)
    let isUnidentified = groups.contains { $0.fit?.isIdentified == false }
    if groups.contains(where: { $0.fit == nil }) || isUnidentified
      || !groups.allSatisfy(\.mayBeCalledExponent)
    {
      throw ExitStatus.someFailed
    }
  }

  private func writeFiles(_ reports: [FitReport], isTable: Bool) throws {
    guard let output else { return }
    let files = FitFiles(folder: try OutputFolder(output), isNamed: !isTable)
    tell(try reports.flatMap(files.write))
  }

  private func fit(_ frontier: IsoFlopFit, of source: FitSubject) throws {
    let report = try frontier.report(
      over: source.table(request), resamples: request.bootstrap, seed: request.seed)
    if printing.json {
      try printJSON(JSONFit(report.document))
    } else {
      Console.print(FrontierTable.text(report))
    }
    if let output {
      try tell(FrontierFiles(folder: OutputFolder(output)).write(report))
    }
    if report.groups.contains(where: { $0.frontiers == nil }) { throw ExitStatus.someFailed }
  }

  /// Names files on standard output, or on standard error beside JSON.
  private func tell(_ paths: [String]) {
    for path in paths {
      Console.name(path, besideData: printing.json)
    }
  }

  /// Where the fits of groups are written one by one; nil where they are few and go to no file of rows.
  private func target(of groups: TableGroups) -> GroupFits.Target? {
    if let file = GroupFits.Target(file: output) { return file }
    guard groups.areMany, output == nil else { return nil }
    return printing.json ? .json : .table
  }
}
