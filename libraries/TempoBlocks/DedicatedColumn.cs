namespace TempoCos.TempoBlocks;

/// <summary>
/// An attribute with a column of its own. <paramref name="Scope"/> is span, resource or event; <paramref name="Type"/> string or int;
/// <paramref name="Options"/> (array, blob) occur in vParquet5 only.
/// </summary>
public sealed record DedicatedColumn(string Name, string Scope = DedicatedColumn.SpanScope, string Type = "string", params IReadOnlyList<string> Options)
{
    /// <summary>The scope of span attributes, the default.</summary>
    public const string SpanScope = "span";

    /// <summary>The scope of resource attributes.</summary>
    public const string ResourceScope = "resource";

    /// <summary>The columns that Tempo 2.10 gives to vParquet4 blocks by default.</summary>
    public static IReadOnlyList<DedicatedColumn> Defaults { get; } =
    [
        new("http.request.method"), new("url.path"), new("url.route"), new("server.address"), new("http.route"),
    ];

    /// <summary>Whether vParquet4 has a column for it.</summary>
    internal bool IsString => Type == "string" && Options.Count == 0;
}
