using System.Net;

namespace TempoCos.TempoStackDeployer.Tests.BadInput;

/// <summary>Does something once, before the first request of a kind, or after the first that has had its effect.</summary>
/// <param name="which">The requests.</param>
/// <param name="before">Done before one is sent.</param>
/// <param name="after">Done when one is answered by success, or by a conflict with what an attempt before it has made.</param>
internal sealed class Around(Func<HttpRequestMessage, bool> which, Func<Task>? before = null, Func<Task>? after = null) : DelegatingHandler
{
    private int _begun;
    private int _done;

    /// <summary>The apply of the stack.</summary>
    public static bool IsStack(HttpRequestMessage request) =>
        request.Method == HttpMethod.Patch && request.RequestUri!.AbsolutePath.Contains("/tempostacks/", StringComparison.Ordinal);

    /// <summary>The creation of the namespace.</summary>
    public static bool IsNamespace(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath == "/api/v1/namespaces";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (before is not null && which(request) && Interlocked.Exchange(ref _begun, 1) == 0)
        {
            await before();
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (after is not null && which(request) && (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Conflict) && Interlocked.Exchange(ref _done, 1) == 0)
        {
            await after();
        }

        return response;
    }
}
