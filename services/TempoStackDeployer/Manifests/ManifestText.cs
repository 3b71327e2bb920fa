using System.Text.Json.Nodes;
using TempoCos.Contracts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>
/// The documents of a manifest. A text that was put together from files says so by comments, a line <c># tempocos-file: NAME</c> before each, so that what is
/// wrong is named with the line of the user's own file.
/// </summary>
internal static class ManifestText
{
    private const string FileMark = "# tempocos-file: ";

    public static IReadOnlyList<ManifestDocument> Read(string text)
    {
        var documents = new List<ManifestDocument>();
        foreach (var (file, content) in Files(text.TrimStart('\uFEFF')))
        {
            documents.AddRange(Documents(file, content));
        }

        return documents;
    }

    /// <summary>One value of YAML, such as <c>24h</c>, <c>[a, b]</c> or a file of settings.</summary>
    /// <exception cref="YamlException">It is none.</exception>
    public static JsonNode? Value(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents switch
            {
                [] => null,
                [var only] => YamlJson.Convert(only.RootNode),
                [_, var second, ..] => throw new YamlException(second.RootNode.Start, second.RootNode.End, "there is more than one document"),
            };
        }
        catch (InvalidOperationException exception)
        {
            throw new YamlException(Mark.Empty, Mark.Empty, "something is not closed", exception);
        }
    }

    private static IEnumerable<(string File, string Content)> Files(string text)
    {
        var (file, from) = ("", 0);
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found + 1 : text.Length;
            if (text.AsSpan(start, end - start).StartsWith(FileMark, StringComparison.Ordinal))
            {
                yield return (file, text[from..start]);
                (file, from) = (text[(start + FileMark.Length)..end].Trim(), end);
            }

            start = end;
        }

        yield return (file, text[from..]);
    }

    private static IEnumerable<ManifestDocument> Documents(string file, string content)
    {
        var (stream, parser) = (new YamlStream(), new Parser(new StringReader(content)));
        var origin = new ManifestOrigin(file, 1, 1);
        try
        {
            stream.Load(parser);
            return
            [
                .. stream.Documents.SelectMany((document, index) =>
                {
                    origin = new ManifestOrigin(file, index + 1, document.RootNode.Start.Line);
                    return Flatten(YamlJson.Convert(document.RootNode), origin);
                }),
            ];
        }
        catch (YamlException exception)
        {
            throw Invalid(origin with { Document = Math.Max(origin.Document, stream.Documents.Count + (parser.Current is null ? 0 : 1)) }, Where(exception.End, parser.Current?.Start ?? Mark.Empty, content), exception);
        }
        catch (InvalidOperationException exception)
        {
            // The parser's way of meeting the end of the text in the middle of something.
            throw Invalid(origin with { Document = stream.Documents.Count + 1 }, ((parser.Current?.End ?? Mark.Empty).Line, (parser.Current?.End ?? Mark.Empty).Column), exception);
        }
    }

    /// <summary>The parser does not say where a tab is that must not be: it is the first one from where it had got to that a line begins with.</summary>
    private static (long Line, long Column) Where(Mark stopped, Mark reached, string content)
    {
        if (stopped.Index > 0)
        {
            return (stopped.Line, stopped.Column);
        }

        var lines = content.Split('\n');
        for (var line = Math.Max(0, (int)reached.Line - 1); line < lines.Length; line++)
        {
            if (lines[line].AsSpan(0, lines[line].Length - lines[line].AsSpan().TrimStart().Length).IndexOf('\t') is >= 0 and var column)
            {
                return (line + 1, column + 1);
            }
        }

        return (reached.Line, reached.Column);
    }

    /// <summary>The document, or the items of the List that it is.</summary>
    private static IEnumerable<ManifestDocument> Flatten(JsonNode? node, ManifestOrigin origin) => node switch
    {
        null => [],
        JsonObject content when content["kind"]?.ToString().EndsWith("List", StringComparison.Ordinal) == true && content["items"] is JsonArray items =>
            items.ToArray().SelectMany(item =>
            {
                items.Remove(item);
                return Flatten(item, origin);
            }),
        JsonObject content => [new ManifestDocument(content, origin)],
        _ => throw new DiagnosticException(
            Codes.NotATempoStack, "a document that is not a mapping", $"The manifest is not made of Kubernetes objects ({origin})", "Give documents with apiVersion, kind and metadata."),
    };

    private static DiagnosticException Invalid(ManifestOrigin origin, (long Line, long Column) where, Exception exception) => new(
        Codes.InvalidYaml, origin.At(where.Line, where.Column),
        exception is YamlException ? $"The manifest is not valid YAML: {(exception.InnerException ?? exception).Message.TrimEnd('.')}" : "The manifest is not valid YAML: something is not closed",
        "Correct it there or just before; two-space indentation, no tabs.", exception);
}
