using Microsoft.Extensions.Options;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Search;

/// <summary>Global Tagging: tags of what cannot be given any when it is made, and tags as they are now.</summary>
internal sealed class TaggingClient(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, TimeProvider time)
{
    private const int MostTags = 1000;

    private readonly JsonApi _api = new(clients, GlobalSearchClient.ClientName, RemoteSystem.Search, time);

    /// <summary>False when it could not be done: tags help to find what was lost sight of, and nothing depends on them.</summary>
    public async Task<bool> TryAttachAsync(string crn, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _api.PostAsync(
                Url("/v3/tags/attach"), new TagBody([new TaggedResource(crn)], tags), SearchJson.Default.TagBody, SearchJson.Default.TagResults, cancellationToken);
            return answer.Results is { } results && results.All(result => result.IsError != true);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Diagnosis.Of(exception) is not null)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<string>> ListAsync(string crn, CancellationToken cancellationToken)
    {
        var answer = await _api.FindAsync(Url($"/v3/tags?attached_to={Uri.EscapeDataString(crn)}&limit={MostTags}"), SearchJson.Default.TagList, cancellationToken);
        return [.. (answer?.Items ?? []).Select(tag => tag.Name)];
    }

    private Uri Url(string path) => new($"{IbmCloudOptions.Parse(nameof(IbmCloudOptions.TaggingUrl), options.CurrentValue.TaggingUrl).ToString().TrimEnd('/')}{path}");
}
