using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Engine;

/// <summary>The HTTP API of a container engine (Docker's, which Podman serves too) on a Unix socket.</summary>
public sealed class EngineHttp(string socket) : IDisposable
{
    // For what an engine does at once; waits and streams have none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new Uri("http://engine/v1.41/"), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Null when there is no such thing.</summary>
    /// <exception cref="EngineException">The engine refuses or is not there.</exception>
    public async Task<JsonNode?> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await SendAsync(method, path, body, patience.Token);
            return response is null ? null : await response.Content.ReadAsStringAsync(patience.Token) is { Length: > 0 } text && text[0] is '{' or '[' ? JsonNode.Parse(text) : new JsonObject();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EngineException($"{method} {path}: no answer within {Patience.TotalSeconds} s");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new EngineException($"{method} {path}: {problem.Message}");
        }
    }

    /// <summary>An answer to be read as it comes, for as long as it takes; null when there is no such thing.</summary>
    public async Task<HttpResponseMessage?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
        {
            return response;
        }

        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.StatusCode == HttpStatusCode.NotFound && method == HttpMethod.Get ? null : throw new EngineException(Reason(text) ?? $"{(int)response.StatusCode} for {method} {path}");
        }
    }

    public void Dispose() => client.Dispose();

    private static string? Reason(string text) => text.StartsWith('{') ? JsonNode.Parse(text).Text("message") : null;
}
