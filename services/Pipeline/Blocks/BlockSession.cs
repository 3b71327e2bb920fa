using TempoCos.Contracts;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary>An open location, and what the command line said about the blocks in it.</summary>
internal sealed record BlockSession(IBlockStore Store, BlockLocation Location, string? Tenant, bool IsJson, BlockProgress Progress, CancellationToken Token)
{
    private const int Shown = 10;

    /// <summary>The tenants: the one that was named, or all.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync()
    {
        // A prefix that ends within a tenant's folder, or a directory one level too deep, shows blocks where tenants should be.
        var tenants = (await Store.ListFoldersAsync("", Token)).Where(folder => folder is not "lost+found").ToList();
        if (tenants.Count > 0 && tenants.TrueForAll(folder => Guid.TryParseExact(folder, "d", out _)))
        {
            throw new DiagnosticException("TC241", Location.ToString(), "the location is a tenant's folder, not one that holds tenants", "Name the folder or prefix above it.");
        }

        return Tenant is null ? tenants
            : tenants.Contains(Tenant) ? [Tenant]
            : throw new DiagnosticException("TC244", Tenant, tenants.Count == 0 ? "there are no tenants here" : "there is no such tenant here", tenants.Count == 0 ? $"Check the location {Location}." : $"Name one of {Names(tenants)}.");
    }

    /// <summary>The one tenant, or the one that was named.</summary>
    public async Task<string> TenantAsync() => await TenantsAsync() switch
    {
        [] => throw new DiagnosticException("TC242", Location.ToString(), "there are no blocks here", "Check the location, for a bucket also its prefix: 'tempocos blocks list' shows what is there."),
        [var only] => only,
        var several => throw new DiagnosticException("TC243", Names(several), "there is more than one tenant", "Choose one with --tenant."),
    };

    public async Task<TenantInventory> InventoryAsync() => await InventoryAsync(await TenantAsync());

    public Task<TenantInventory> InventoryAsync(string tenant)
    {
        Progress.Say($"listing {tenant}");
        return TenantInventory.ReadAsync(Store, tenant, Token);
    }

    /// <summary>The block whose id begins as given.</summary>
    public static StoredBlock Choose(TenantInventory inventory, string prefix)
    {
        var wanted = prefix.Trim().ToLowerInvariant();
        var found = inventory.Blocks.Where(b => wanted.Length > 0 && $"{b.Id:d}".StartsWith(wanted, StringComparison.Ordinal)).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw new DiagnosticException("TC244", prefix, $"tenant {inventory.Tenant} has no such block", "'tempocos blocks list' shows the blocks' ids."),
            _ => throw new DiagnosticException("TC243", prefix, $"{found.Count} blocks begin so", $"Write more of the id: {Names([.. found.Select(b => $"{b.Id:d}")])}."),
        };
    }

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
}
