using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace TempoCos.CosProvisioner.Http;

/// <summary>JSON over HTTP below one base address; everything that is not a success is a <see cref="CloudApiException"/>.</summary>
internal sealed class JsonApi(IHttpClientFactory clients, string clientName, RemoteSystem system, TimeProvider time)
{
    public async Task<T> GetAsync<T>(Uri url, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    /// <summary>Null when there is no such thing.</summary>
    public async Task<T?> FindAsync<T>(Uri url, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.Gone);
        return response.IsSuccessStatusCode ? await ReadAsync(response, type, cancellationToken) : null;
    }

    public async Task<TAnswer> PostAsync<TBody, TAnswer>(
        Uri url, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, bodyType);
        return await PostAsync(url, content, answerType, cancellationToken);
    }

    public async Task<TAnswer> PostAsync<TAnswer>(Uri url, HttpContent content, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, answerType, cancellationToken);
    }

    public async Task PatchAsync<TBody>(Uri url, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, bodyType, new MediaTypeHeaderValue("application/merge-patch+json"));
        using var request = new HttpRequestMessage(HttpMethod.Patch, url) { Content = content };
        using var response = await SendAsync(request, cancellationToken);
    }

    /// <summary>What is already gone counts as deleted.</summary>
    public async Task DeleteAsync(Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.Gone);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, params HttpStatusCode[] alsoFine)
    {
        request.Headers.Accept.ParseAdd("application/json");
        var response = await clients.CreateClient(clientName).SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode || alsoFine.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            throw await CloudApiException.ReadAsync(system, response, time, cancellationToken);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync(type, cancellationToken)
        ?? throw new System.Text.Json.JsonException($"{response.RequestMessage?.RequestUri?.AbsolutePath} answered with null");
}
