using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>Which attributes have columns of their own, where an absent value is a null and not a missing key.</summary>
public sealed class ColumnLayout
{
    private static readonly string[] AllStaticResource =
    [
        "service.name", "cluster", "namespace", "pod", "container", "k8s.cluster.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name",
    ];

    private readonly Dictionary<(Level Level, string Key), StaticType> _columns = [];

    private ColumnLayout(string version) => Version = version;

    /// <summary>Of the blocks that this writes, and of what is not yet in a block.</summary>
    public static ColumnLayout Default { get; } = Of("vParquet4", DedicatedColumn.Defaults);

    /// <summary>The block format.</summary>
    public string Version { get; }

    /// <summary>The resource attributes that have columns in every block.</summary>
    public IEnumerable<string> StaticResource => AllStaticResource.Where(key => Find(Level.Resource, key) is not null);

    public static ColumnLayout Of(BlockMeta meta) => Of(meta.Format, meta.DedicatedColumns);

    public StaticType? Find(Level level, string key) => _columns.TryGetValue((level, key), out var type) ? type : null;

    private static ColumnLayout Of(string version, IReadOnlyList<DedicatedColumn> dedicated)
    {
        var layout = new ColumnLayout(version);
        foreach (var column in dedicated)
        {
            var level = column.Scope switch { DedicatedColumn.ResourceScope => Level.Resource, "event" => Level.Event, _ => Level.Span };
            if (level != Level.Event || version == "vParquet5")
            {
                layout._columns[(level, column.Name)] = column.Type == "int" ? StaticType.Int : StaticType.String;
            }
        }

        foreach (var key in version == "vParquet5" ? AllStaticResource[..1] : AllStaticResource)
        {
            layout._columns[(Level.Resource, key)] = StaticType.String;
        }

        if (version != "vParquet5")
        {
            layout._columns[(Level.Span, "http.status_code")] = StaticType.Int;
            layout._columns[(Level.Span, "http.method")] = StaticType.String;
            layout._columns[(Level.Span, "http.url")] = StaticType.String;
        }

        return layout;
    }
}
