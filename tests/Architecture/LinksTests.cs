namespace TempoCos.Architecture.Tests;

/// <summary>Links between documents lead somewhere, and every page and picture can be come upon.</summary>
public sealed class LinksTests
{
    private const string Index = "docs/README.md";
    private const long LargestPicture = 200_000;

    private static readonly string[] Elsewhere = ["http://", "https://", "mailto:"];

    [Fact]
    public void Every_relative_link_leads_to_a_file_and_a_heading_in_it() => Dead(WorkingTree.Documents).ShouldBeEmpty();

    [Fact]
    public void The_rule_reports_what_it_should()
    {
        Document[] invented =
        [
            new("docs/invented.md", """
                # Some heading: `code`

                [a](architecture.md) [b](nowhere.md) ![c](nothing.png) [d](#some-heading-code) [e](#another) [f](../README.md#no-such-heading) [g](https://example.com/h) `[h](nowhere.md)`

                ```
                [i](nowhere.md)
                ```
                """),
        ];

        Dead(invented).ShouldBe(
        [
            "docs/invented.md: nowhere.md", "docs/invented.md: nothing.png", "docs/invented.md: #another", "docs/invented.md: ../README.md#no-such-heading",
        ]);
        Unnamed(invented[0]).ShouldContain("docs/clusters.md");
        Unnamed(invented[0]).ShouldNotContain("docs/architecture.md");
    }

    [Fact]
    public void The_index_names_every_page() => Unnamed(WorkingTree.Documents.Single(document => document.Path == Index)).ShouldBeEmpty();

    [Fact]
    public void Every_picture_is_shown_and_small()
    {
        var shown = WorkingTree.Documents.SelectMany(document => document.Links.Select(link => Target(document, link).Path)).ToHashSet();
        var pictures = Directory.EnumerateFiles(Path.Combine(WorkingTree.Root, "docs")).Where(file => Path.GetExtension(file) is ".png" or ".svg").ToList();

        pictures.ShouldNotBeEmpty();
        pictures.Where(picture => !shown.Contains(picture)).ShouldBeEmpty("shown by no page");
        pictures.Where(picture => new FileInfo(picture).Length > LargestPicture).ShouldBeEmpty();
    }

    private static IEnumerable<string> Dead(IEnumerable<Document> documents) =>
        from document in documents
        from link in document.Links
        where !Elsewhere.Any(scheme => link.StartsWith(scheme, StringComparison.Ordinal))
        let target = Target(document, link)
        where !Path.Exists(target.Path) && target.Path != Full(document.Path)
            || (target.Anchor.Length > 0 && !(documents.Concat(WorkingTree.Documents).FirstOrDefault(page => Full(page.Path) == target.Path)?.Anchors.Contains(target.Anchor) ?? false))
        select $"{document.Path}: {link}";

    /// <summary>Pages and schemas beside the index to which it has no link; the long forms of the codes have a list of their own.</summary>
    private static IEnumerable<string> Unnamed(Document index)
    {
        var named = index.Links.Select(link => Target(index, link).Path).ToHashSet();
        return Directory.EnumerateFiles(Path.Combine(WorkingTree.Root, "docs"))
            .Where(file => Path.GetExtension(file) == ".md" || file.EndsWith(".schema.json", StringComparison.Ordinal))
            .Where(file => file != Full(Index) && !named.Contains(file))
            .Select(file => Path.GetRelativePath(WorkingTree.Root, file).Replace('\\', '/'));
    }

    private static (string Path, string Anchor) Target(Document document, string link)
    {
        var (path, anchor) = link.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? (link[..at], link[(at + 1)..]) : (link, "");
        return (path.Length == 0 ? Full(document.Path) : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Full(document.Path))!, path)), anchor);
    }

    private static string Full(string path) => Path.GetFullPath(Path.Combine(WorkingTree.Root, path));
}
