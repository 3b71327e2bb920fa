using System.Xml.Linq;

namespace TempoCos.Architecture.Tests;

/// <summary>The floors: AppHost over services and sandbox, these over libraries. Rooms meet over the wire.</summary>
public sealed class FloorsTests
{
    private static readonly string Root = WorkingTree.Root;

    private static readonly Dictionary<string, string[]> Below = new(StringComparer.Ordinal)
    {
        ["TempoCos.AppHost"] = ["services", "sandbox", "hosting", "libraries"],
        ["TempoCos.ServiceDefaults"] = ["libraries"],
        ["services"] = ["TempoCos.ServiceDefaults", "libraries"],
        ["sandbox"] = ["libraries"],
        ["hosting"] = [],
        ["libraries"] = ["libraries"],
    };

    public static TheoryData<string> Projects => [.. Directory
        .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => Below.ContainsKey(FloorOf(path)))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_floors_below_it(string project)
    {
        var own = FloorOf(project);

        var forbidden = References(project).Where(reference => !IsAllowed(own, FloorOf(reference)));

        forbidden.ShouldBeEmpty($"{project} may reference only {string.Join(", ", Below[own])}");
    }

    [Theory]
    [InlineData("services", "services")]
    [InlineData("services", "sandbox")]
    [InlineData("sandbox", "services")]
    [InlineData("sandbox", "TempoCos.ServiceDefaults")]
    [InlineData("libraries", "services")]
    [InlineData("hosting", "libraries")]
    public void The_rule_forbids_what_it_should(string from, string to) => IsAllowed(from, to).ShouldBeFalse();

    [Fact]
    public void No_source_of_a_service_asks_whether_it_talks_to_the_sandbox()
    {
        var asking = Directory.EnumerateFiles(Path.Combine(Root, "services"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsBuilt(path))
            .SelectMany(path => File.ReadLines(path).Select((line, index) => (path, line, number: index + 1)))
            .Where(found => found.line.Contains("sandbox", StringComparison.OrdinalIgnoreCase))
            .Select(found => $"{Path.GetRelativePath(Root, found.path)}:{found.number}: {found.line.Trim()}");

        asking.ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "TempoCos.sln")).Replace('\\', '/');

        var missing = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal));

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Every_file_declares_one_type_and_carries_its_name()
    {
        var wrong = Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsBuilt(path) && Below.ContainsKey(FloorOf(Path.GetRelativePath(Root, path).Replace('\\', '/'))))
            .Select(path => (Path: Path.GetRelativePath(Root, path), Types: TopLevelTypes(path).ToList()))
            .Where(file => file.Types.Count > 1)
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}");

        wrong.ShouldBeEmpty();
    }

    private static IEnumerable<string> TopLevelTypes(string path) =>
        from line in File.ReadLines(path)
        where line.Length > 0 && char.IsAsciiLetterLower(line[0])
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let keyword = Array.FindIndex(words, word => word is "class" or "record" or "struct" or "interface" or "enum")
        where keyword >= 0 && words[0] is "public" or "internal" or "sealed" or "static" or "class" or "record" or "enum" or "interface" or "file"
        let name = words[keyword + 1] is "struct" or "class" ? words[keyword + 2] : words[keyword + 1]
        // A source-generated JSON context belongs to the record it serialises.
        where !line.Contains(": JsonSerializerContext", StringComparison.Ordinal)
        select name.Split('(', '<', ':', ';')[0];

    private static IEnumerable<string> References(string project) => XDocument.Load(Path.Combine(Root, project))
        .Descendants("ProjectReference")
        .Select(reference => Path.Combine(Path.GetDirectoryName(project)!, ((string)reference.Attribute("Include")!).Replace('\\', '/')))
        .Select(path => Path.GetRelativePath(Root, Path.GetFullPath(Path.Combine(Root, path))).Replace('\\', '/'));

    private static bool IsAllowed(string from, string to) => Below[from].Contains(to, StringComparer.Ordinal);

    private static string FloorOf(string path) => path.Split('/')[0];

    private static bool IsBuilt(string path) => path.Replace('\\', '/').Split('/').Any(part => part is "obj" or "bin");
}
