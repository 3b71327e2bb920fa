using System.Text.Json.Serialization.Metadata;
using System.Web;
using Microsoft.Extensions.Options;
using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.ResourceController;

/// <summary>The host that Resource Manager and Resource Controller share: addresses and pages.</summary>
internal sealed class ResourceApi(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, TimeProvider time)
{
    public const string ClientName = "resource-controller";
    private const int MostPages = 10_000;

    public JsonApi Json { get; } = new(clients, ClientName, RemoteSystem.ResourceController, time);

    public Uri Url(string path)
    {
        var baseUrl = IbmCloudOptions.Parse(nameof(IbmCloudOptions.ResourceControllerUrl), options.CurrentValue.ResourceControllerUrl);
        return new Uri($"{baseUrl.ToString().TrimEnd('/')}{path}");
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, string query, JsonTypeInfo<Page<T>> type, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        string? start = null;
        for (var page = 0; page < MostPages; page++)
        {
            var url = Url($"{path}?{query}{(start is null ? "" : $"&start={Uri.EscapeDataString(start)}")}");
            var answer = await Json.GetAsync(url, type, cancellationToken);
            all.AddRange(answer.Resources ?? []);

            var next = Start(answer.NextUrl);
            if (next is null || next == start)
            {
                break;
            }

            start = next;
        }

        return all;
    }

    private static string? Start(string? nextUrl) =>
        nextUrl?.IndexOf('?', StringComparison.Ordinal) is { } mark and >= 0 ? HttpUtility.ParseQueryString(nextUrl[mark..])["start"] : null;
}
