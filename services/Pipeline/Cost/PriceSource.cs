using TempoCos.Contracts;
using TempoCos.StorageCost.Prices;

namespace TempoCos.Pipeline.Cost;

/// <summary>Where prices are read from: the built-in table, a file, an address, or IBM's Global Catalog.</summary>
internal static class PriceSource
{
    private const string Catalog = "catalog";
    private const string CatalogSetting = "IbmCloud__GlobalCatalogUrl";
    private const string StandardPlan = "744bfc56-d12c-4866-88d5-dac9139e0e5d";
    private const string OneRatePlan = "1e4e33e4-cfa6-4f12-9016-be594a6d5f87";
    private const int LargestTable = 16 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="DiagnosticException">TC261: they cannot be had, or not be used.</exception>
    public static async Task<PriceTable> ReadAsync(string? source, string region, string storageClass, string currency, CancellationToken cancellationToken)
    {
        var table = source switch
        {
            null => PriceTable.BuiltIn,
            Catalog => await FetchAsync(CatalogAddress(region, storageClass), region, currency, cancellationToken),
            _ when Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => await FetchAsync(address, region, currency, cancellationToken),
            _ => PriceTableReader.Read(await FileAsync(source, cancellationToken), source, region, currency),
        };
        return table.Currency == currency
            ? table
            : throw new DiagnosticException("TC261", source ?? "the built-in prices", $"these prices are in {table.Currency}, not in {currency}", "Leave --currency out, or give prices in that currency with --prices.");
    }

    private static Uri CatalogAddress(string region, string storageClass)
    {
        var catalog = Environment.GetEnvironmentVariable(CatalogSetting) is { Length: > 0 } set ? set : "https://globalcatalog.cloud.ibm.com/api/v1";
        var plan = storageClass == "onerate_active" ? OneRatePlan : StandardPlan;
        return Uri.TryCreate($"{catalog.TrimEnd('/')}/{plan}:global/pricing?deployment_region={Uri.EscapeDataString(region)}", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new DiagnosticException("TC261", $"{CatalogSetting} = '{catalog}'", "the address of the Global Catalog is not an http or https URL", "Write it with its scheme, or unset it.");
    }

    private static async Task<byte[]> FileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DiagnosticException("TC261", path, "the price table cannot be read", "Name a file that is there, an http or https address, or 'catalog'.", exception);
        }
    }

    private static async Task<PriceTable> FetchAsync(Uri address, string region, string currency, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = LargestTable };
        try
        {
            return PriceTableReader.Read(await client.GetByteArrayAsync(address, cancellationToken), address.ToString(), region, currency);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new DiagnosticException("TC261", address.ToString(), $"the prices cannot be fetched: {exception.Message.TrimEnd('.')}", "Check the address and the network, or give a file.", exception);
        }
    }
}
