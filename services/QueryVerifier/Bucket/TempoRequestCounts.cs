using System.Globalization;
using System.Text.RegularExpressions;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Ladder;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>
/// What Tempo's components say of their own requests to the bucket:
/// <c>tempodb_backend_request_duration_seconds_count{operation="GET",status_code="200"} 12</c>. Only those that the verifier reaches. Their counters begin anew when
/// a component is started again, as rungs 6 and 7 have it done: they are read before that too, and what a process counted after its last reading is lost.
/// </summary>
internal sealed partial class TempoRequestCounts(HttpClient client, VerifyOrder order)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, Dictionary<string, long>> _ended = [];
    private readonly Dictionary<string, Dictionary<string, long>> _last = [];

    /// <summary>The counts as far as they were read; a component that told nothing is left out.</summary>
    public IEnumerable<TempoRequests> Told => _last.Select(component => new TempoRequests
    {
        Component = component.Key,
        Requests = { Sum(_ended.GetValueOrDefault(component.Key) ?? [], component.Value) },
    });

    /// <summary>Reads them now.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        var asked = new[] { (Name: "ingester", Address: order.Ingester), (Name: "query-frontend", Address: order.QueryFrontend) }.Where(component => component.Address is not null);
        foreach (var (component, counts) in await Task.WhenAll(asked.Select(async component => (component.Name, await ReadAsync(component.Address!, ct)))))
        {
            if (counts.Count == 0)
            {
                continue;
            }

            if (_last.TryGetValue(component, out var last) && last.Any(count => counts.GetValueOrDefault(count.Key) < count.Value))
            {
                _ended[component] = Sum(_ended.GetValueOrDefault(component) ?? [], last);
            }

            _last[component] = counts;
        }
    }

    private static Dictionary<string, long> Sum(Dictionary<string, long> one, Dictionary<string, long> other) =>
        one.Concat(other).GroupBy(count => count.Key).ToDictionary(count => count.Key, count => count.Sum(part => part.Value));

    private async Task<Dictionary<string, long>> ReadAsync(Uri address, CancellationToken ct)
    {
        var counts = new Dictionary<string, long>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            foreach (Match line in Count().Matches(await client.GetStringAsync(new Uri(address, "metrics"), patience.Token)))
            {
                counts[$"{line.Groups["operation"].Value} {line.Groups["status"].Value}"] = (long)double.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture);
            }
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            // It is told in addition to the proof, which does not depend on it.
        }

        return counts;
    }

    [GeneratedRegex("""^tempodb_backend_request_duration_seconds_count\{operation="(?<operation>[A-Z]+)",status_code="(?<status>[0-9]+)"\} (?<count>[0-9.e+]+)\r?$""", RegexOptions.Multiline)]
    private static partial Regex Count();
}
