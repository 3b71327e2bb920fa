using System.Text.RegularExpressions;

namespace TempoCos.Architecture.Tests;

/// <summary>docs/diagnostics.md and the sources know the same codes.</summary>
public sealed partial class DiagnosticsTests
{
    private static readonly string[] Rooms = ["services", "sandbox", "libraries", "TempoCos.AppHost", "TempoCos.ServiceDefaults", "hosting"];

    private static readonly string[] Launchers = ["tempocos", "tempocos.cmd"];

    private static readonly string Root = WorkingTree.Root;

    [Fact]
    public void Every_code_of_the_sources_is_documented() => Undocumented(Sources(), Rows()).ShouldBeEmpty();

    [Fact]
    public void Every_documented_code_is_in_the_sources() => Unused(Sources(), Rows()).ShouldBeEmpty();

    [Fact]
    public void The_rule_reports_what_it_should()
    {
        (string, string)[] invented = [("Invented.cs", "throw new DiagnosticException(\"TC998\", value);"), ("Comment.cs", "/// <exception>TC997: told elsewhere.</exception>")];
        Row[] row = [new("TC996", "TC9xx", 1, 4)];

        Undocumented(invented, Rows()).ShouldBe(["Invented.cs: TC998"]);
        Unused(Sources(), row).ShouldBe(["TC996"]);
    }

    [Fact]
    public void Each_code_has_one_row_of_four_cells_in_its_own_table()
    {
        var rows = Rows();

        rows.Count.ShouldBeGreaterThan(50);
        rows.Select(row => row.Code).ShouldBe(rows.Select(row => row.Code).Distinct().Order(StringComparer.Ordinal));
        rows.Where(row => row.Cells != 4 || row.Table != $"{row.Code[..3]}xx").ShouldBeEmpty();
    }

    private static IEnumerable<string> Undocumented(IEnumerable<(string Path, string Line)> sources, IReadOnlyCollection<Row> rows) =>
        Codes(sources).Where(found => rows.All(row => row.Code != found.Code)).Select(found => $"{found.Path}: {found.Code}").Distinct();

    private static IEnumerable<string> Unused(IEnumerable<(string Path, string Line)> sources, IReadOnlyCollection<Row> rows) =>
        rows.Select(row => row.Code).Except(Codes(sources).Select(found => found.Code));

    private static IEnumerable<(string Path, string Code)> Codes(IEnumerable<(string Path, string Line)> sources) =>
        from source in sources
        where !source.Line.TrimStart().StartsWith("//", StringComparison.Ordinal)
        from Match match in Code().Matches(source.Line)
        select (source.Path, match.Value);

    private static IEnumerable<(string Path, string Line)> Sources() => Rooms
        .SelectMany(room => Directory.EnumerateFiles(Path.Combine(Root, room), "*.cs", SearchOption.AllDirectories))
        .Concat(Launchers.Select(launcher => Path.Combine(Root, launcher)))
        .Select(path => (Full: path, Path: Path.GetRelativePath(Root, path).Replace('\\', '/')))
        .Where(file => !file.Path.Split('/').Any(part => part is "obj" or "bin"))
        .SelectMany(file => File.ReadLines(file.Full).Select(line => (file.Path, line)));

    private static List<Row> Rows()
    {
        var table = "";
        var rows = new List<Row>();
        foreach (var (number, line) in File.ReadLines(Path.Combine(Root, "docs", "diagnostics.md")).Index())
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                table = line[3..].Split(':')[0];
            }
            else if (line.StartsWith("| TC", StringComparison.Ordinal))
            {
                var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                rows.Add(new Row(cells[0], table, number + 1, cells.Length));
            }
        }

        return rows;
    }

    [GeneratedRegex(@"\bTC[0-9]{3}\b")]
    private static partial Regex Code();

    private sealed record Row(string Code, string Table, int Line, int Cells);
}
