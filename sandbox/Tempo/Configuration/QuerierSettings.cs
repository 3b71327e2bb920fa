namespace TempoCos.Tempo.Configuration;

/// <summary><c>querier:</c></summary>
public sealed record QuerierSettings(string FrontendAddress, int MaxConcurrentQueries)
{
    public static QuerierSettings From(ConfigurationTree tree) => new(
        tree.Text("querier.frontend_worker.frontend_address"),
        Math.Max(1, tree.Number("querier.max_concurrent_queries", 20)));
}
