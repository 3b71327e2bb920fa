namespace TempoCos.Tempo.Configuration;

/// <summary><c>storage.trace:</c></summary>
public sealed record StorageSettings(string Backend, string LocalPath, S3Settings S3, string WalPath, TimeSpan BlocklistPoll, TimeSpan IngestionSlack)
{
    /// <summary>How old a tenant index may be; zero: any age.</summary>
    public TimeSpan StaleTenantIndex { get; init; }

    public int TenantIndexBuilders { get; init; } = 2;

    public static StorageSettings From(ConfigurationTree tree, Target target)
    {
        var backend = tree.Text("storage.trace.backend");
        if (target.NeedsStorage && backend is not ("s3" or "local"))
        {
            throw ConfigurationException.UnknownBackend(backend.Length == 0 ? "storage.trace.backend is empty" : backend);
        }

        var settings = new StorageSettings(
            backend,
            tree.Text("storage.trace.local.path"),
            S3Settings.From(tree),
            tree.Text("storage.trace.wal.path", "/var/tempo/wal"),
            tree.Duration("storage.trace.blocklist_poll", TimeSpan.FromMinutes(5)),
            tree.Duration("storage.trace.wal.ingestion_time_range_slack", TimeSpan.FromMinutes(2)))
        {
            StaleTenantIndex = tree.Duration("storage.trace.blocklist_poll_stale_tenant_index", TimeSpan.Zero),
            TenantIndexBuilders = tree.Number("storage.trace.blocklist_poll_tenant_index_builders", 2),
        };
        if (target.NeedsStorage && backend == "s3")
        {
            settings.S3.Validate();
        }

        return target.NeedsStorage && backend == "local" && settings.LocalPath.Length == 0
            ? throw ConfigurationException.BadValue("storage.trace.local.path", "", "a directory, since the backend is local")
            : settings;
    }
}
