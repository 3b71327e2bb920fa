namespace TempoCos.Tempo.Configuration;

/// <summary><c>metrics_generator.processor.service_graphs:</c></summary>
/// <param name="Wait">How long half of a call waits for the other.</param>
/// <param name="MaxItems">So many halves wait at most.</param>
/// <param name="Buckets">Upper bounds in seconds.</param>
/// <param name="Dimensions">Attributes of resource or span that become labels.</param>
/// <param name="PrefixDimensions">Each side of a call has its own labels.</param>
/// <param name="PeerAttributes">Which attributes name a side that sends no spans.</param>
/// <param name="DatabaseAttributes">Which attributes make a call one to a database.</param>
public sealed record ServiceGraphSettings(
    TimeSpan Wait, int MaxItems, IReadOnlyList<double> Buckets, IReadOnlyList<string> Dimensions, bool PrefixDimensions, IReadOnlyList<string> PeerAttributes, IReadOnlyList<string> DatabaseAttributes)
{
    public static ServiceGraphSettings From(ConfigurationTree tree, string root)
    {
        var path = root + "processor.service_graphs.";
        return new(
            tree.Duration(path + "wait", TimeSpan.FromSeconds(10)),
            tree.Number(path + "max_items", 10_000),
            GeneratorSettings.Buckets(tree, path + "histogram_buckets", 0.1, 8),
            tree.List(path + "dimensions"),
            tree.Boolean(path + "enable_client_server_prefix", false),
            List("peer_attributes", ["peer.service", "db.name", "db.system"]),
            List("database_name_attributes", ["db.namespace", "db.name", "db.system"]));

        IReadOnlyList<string> List(string name, IReadOnlyList<string> otherwise) => tree.Has(path + name) ? tree.List(path + name) : otherwise;
    }
}
