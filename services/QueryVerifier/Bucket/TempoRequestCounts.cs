using System.Globalization;
using System.Text.RegularExpressions;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Ladder;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>
/// What Tempo's components say of their own requests to the bucket:
/// <c>tempodb_backend_request_duration_seconds_count{operation="GET",status_code="200"} 12</c>. Only those that the verifier reaches; whoever says nothing is left out.
/// </summary>
internal static partial class TempoRequestCounts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<TempoRequests>> ReadAsync(HttpClient client, VerifyOrder order, CancellationToken ct)
    {
        var asked = new[] { ("ingester", order.Ingester), ("query-frontend", order.QueryFrontend) }.Where(component => component.Item2 is not null);
        var told = await Task.WhenAll(asked.Select(component => ReadAsync(client, component.Item1, component.Item2!, ct)));
        return [.. told.Where(counts => counts.Requests.Count > 0)];
    }

    private static async Task<TempoRequests> ReadAsync(HttpClient client, string component, Uri address, CancellationToken ct)
    {
        var counts = new TempoRequests { Component = component };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            var metrics = await client.GetStringAsync(new Uri(address, "metrics"), patience.Token);
            foreach (Match line in Count().Matches(metrics))
            {
                var key = $"{line.Groups["operation"].Value} {line.Groups["status"].Value}";
                counts.Requests[key] = counts.Requests.GetValueOrDefault(key) + (long)double.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture);
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
