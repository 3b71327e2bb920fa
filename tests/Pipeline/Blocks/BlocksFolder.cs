using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Tests.Blocks;

/// <summary>A copy of two recorded blocks (7 and 209 traces) with an index that fits them, in a directory that is removed afterwards.</summary>
internal sealed class BlocksFolder : IDisposable
{
    public const string Tenant = "single-tenant";

    public static readonly Guid Small = Guid.Parse("37371bc6-573c-4852-8d0e-f8a27fa4838a");
    public static readonly Guid Large = Guid.Parse("db6c914e-a4e6-4a37-b063-c7a4e19a48b9");

    private BlocksFolder(string path) => Path = path;

    public string Path { get; }

    public IBlockStore Store => new LocalBlockStore(Path);

    public static async Task<BlocksFolder> CreateAsync(string tenant = Tenant)
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = new BlocksFolder(Directory.CreateTempSubdirectory("tempocos-blocks-").FullName);
        await folder.AddTenantAsync(tenant);
        var catalog = new BlockCatalog(folder.Store);
        await catalog.WriteTenantIndexAsync(tenant, new TenantIndex(DateTimeOffset.UtcNow, await catalog.ListBlocksAsync(tenant, ct), []), ct);
        return folder;
    }

    /// <summary>The recorded blocks as another tenant's.</summary>
    public async Task AddTenantAsync(string tenant)
    {
        var ct = TestContext.Current.CancellationToken;
        var golden = new LocalBlockStore(System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "blocks"));
        await foreach (var entry in golden.ListAsync(Tenant + "/", ct))
        {
            var content = await golden.ReadAsync(entry.Key, ct);
            if (entry.Key.EndsWith("meta.json", StringComparison.Ordinal))
            {
                content = (BlockMeta.Parse(content) with { TenantId = tenant }).ToJson();
            }

            if (!entry.Key.Contains("/index.", StringComparison.Ordinal))
            {
                await Store.WriteAsync(tenant + entry.Key[Tenant.Length..], content, ct);
            }
        }
    }

    public string File(string name, Guid? block = null) => System.IO.Path.Combine(Path, Tenant, $"{block ?? Small:d}", name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
