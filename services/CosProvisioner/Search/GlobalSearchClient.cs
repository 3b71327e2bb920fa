using Microsoft.Extensions.Options;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Search;

/// <summary>Global Search: what in the account carries a tag. It learns of new resources after a while.</summary>
internal sealed class GlobalSearchClient(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, TimeProvider time)
{
    public const string ClientName = "search";
    private const int PageSize = 100;
    private const int MostPages = 1000;
    private static readonly string[] Fields = ["crn", "name", "type", "tags", "creation_date"];

    private readonly JsonApi _api = new(clients, ClientName, RemoteSystem.Search, time);

    /// <summary>Everything with our tag, what waits for its reclamation included.</summary>
    public async Task<IReadOnlyList<FoundResource>> FindMarkedAsync(CancellationToken cancellationToken)
    {
        var baseUrl = IbmCloudOptions.Parse(nameof(IbmCloudOptions.GlobalSearchUrl), options.CurrentValue.GlobalSearchUrl).ToString().TrimEnd('/');
        var url = new Uri($"{baseUrl}/v3/resources/search?limit={PageSize}&is_reclaimed=any");
        var all = new List<FoundResource>();
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var body = new SearchBody($"tags:\"{RunMark.Tag}\"", Fields, cursor);
            var answer = await _api.PostAsync(url, body, SearchJson.Default.SearchBody, SearchJson.Default.SearchAnswer, cancellationToken);
            all.AddRange(answer.Items ?? []);
            if (answer is not { Items.Count: > 0, SearchCursor: { Length: > 0 } next } || next == cursor)
            {
                break;
            }

            cursor = next;
        }

        return all;
    }
}
