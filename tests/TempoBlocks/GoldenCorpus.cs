namespace TempoCos.TempoBlocks.Tests;

/// <summary>
/// What real Tempo recorded: a small part beside these tests, the whole corpus outside of the repository (environment variable TEMPOCOS_GOLDEN, or
/// a folder shared/golden beside the checkout).
/// </summary>
internal static class GoldenCorpus
{
    public const string Tenant = "single-tenant";

    public static readonly Guid SmallBlock = Guid.Parse("37371bc6-573c-4852-8d0e-f8a27fa4838a");
    public static readonly Guid CompactedBlock = Guid.Parse("db6c914e-a4e6-4a37-b063-c7a4e19a48b9");

    public static string Committed { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static IBlockStore CommittedStore { get; } = new LocalBlockStore(Path.Combine(Committed, "blocks"));

    /// <summary>The whole corpus; skips the test where it is not at hand.</summary>
    public static string Whole()
    {
        var root = Find();
        Assert.SkipWhen(root is null, "The recorded corpus is not at hand: set TEMPOCOS_GOLDEN or put it at ../shared/golden.");
        return root;
    }

    /// <summary>Null where the whole corpus is not at hand.</summary>
    public static IBlockStore? TryStore(string folder) => Find() is { } root ? new LocalBlockStore(Path.Combine(root, "blocks", folder)) : null;

    public static IBlockStore Store(string folder) => new LocalBlockStore(Path.Combine(Whole(), "blocks", folder));

    public static async Task<BlockMeta> MetaAsync(IBlockStore store, Guid block) =>
        (await new BlockCatalog(store).ReadMetaAsync(Tenant, block, TestContext.Current.CancellationToken)).ShouldNotBeNull();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TEMPOCOS_GOLDEN") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "golden");
            if (Directory.Exists(Path.Combine(candidate, "blocks")))
            {
                return candidate;
            }
        }

        return null;
    }
}
