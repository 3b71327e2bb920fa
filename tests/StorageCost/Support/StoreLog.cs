using System.Text.Json;
using TempoCos.Contracts;
using TempoCos.StorageCost.Metering;

namespace TempoCos.StorageCost.Tests.Support;

/// <summary>What the store itself wrote down, by operation: the other side of the meter, which shares no code with it.</summary>
internal sealed record StoreLog(IReadOnlyList<LogLine> Lines)
{
    public static async Task<StoreLog> ReadAsync(HttpClient http, string url, long since = 0)
    {
        var text = await http.GetStringAsync(new Uri($"{url}/_/admin/requests?since={since}"), TestContext.Current.CancellationToken);
        return new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<LogLine>(line, JsonSerializerOptions.Web)!).Where(line => line.Service == "s3")]);
    }

    public StoreLog Of(Func<LogLine, bool> which) => new([.. Lines.Where(which)]);

    /// <summary>As lines of text, so that a difference reads well.</summary>
    public IReadOnlyList<string> ByOperation(bool withBytes = true) =>
    [
        .. Lines.GroupBy(line => line.Operation, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Text(group.Key, group.First().Class, group.Count(), group.Sum(line => line.BytesIn), group.Sum(line => line.BytesOut), withBytes)),
    ];

    public static IReadOnlyList<string> ByOperation(RequestMeter meter, bool withBytes = true) =>
        [.. meter.Operations.Select(usage => Text(usage.Operation.Name, $"{usage.Operation.Class}".Replace("Free", "free", StringComparison.Ordinal), usage.Requests, usage.BytesSent, usage.BytesReceived, withBytes))];

    /// <summary>What is wrong with a usage that claims to be this log.</summary>
    public IReadOnlyList<string> Differences(params IEnumerable<StorageUsage> claimed)
    {
        var usages = claimed.ToList();
        var sums = new (string What, long Logged, long Claimed)[]
        {
            ("class A", Lines.Count(line => line.Class == "A"), usages.Sum(usage => usage.ClassA)),
            ("class B", Lines.Count(line => line.Class == "B"), usages.Sum(usage => usage.ClassB)),
            ("free", Lines.Count(line => line.Class == "free"), usages.Sum(usage => usage.Free)),
            ("bytes in", Lines.Sum(line => line.BytesIn), usages.Sum(usage => usage.BytesSent)),
            ("bytes out", Lines.Sum(line => line.BytesOut), usages.Sum(usage => usage.BytesReceived)),
        };
        var operations = Lines.Select(line => line.Operation).Concat(usages.SelectMany(usage => usage.Operations.Keys)).Distinct()
            .Select(name => (What: name, Logged: (long)Lines.Count(line => line.Operation == name), Claimed: usages.Sum(usage => usage.Operations.TryGetValue(name, out var count) ? count : 0)));
        return [.. sums.Concat(operations).Where(sum => sum.Logged != sum.Claimed).Select(sum => $"{sum.What}: the store logged {sum.Logged}, the meter {sum.Claimed}").Order(StringComparer.Ordinal)];
    }

    private static string Text(string name, string @class, long requests, long bytesIn, long bytesOut, bool withBytes) =>
        $"{name} {@class} ×{requests}" + (withBytes ? $" in {bytesIn} out {bytesOut}" : "");
}
