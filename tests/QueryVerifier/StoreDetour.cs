using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>Stands before the object store and answers some objects itself: a bucket that lies. Everything else goes through unchanged, signature included.</summary>
internal sealed class StoreDetour(WebApplication app, HttpClient client) : IAsyncDisposable
{
    public string Address => app.Urls.First();

    /// <param name="target">The store.</param>
    /// <param name="content">By the end of the path: what the object holds, empty when it is not there; null leaves it to the store.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<StoreDetour> StartAsync(string target, Func<string, byte[]?> content, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(target) };
        app.Run(context => content(context.Request.Path.Value!) is { } own ? AnswerAsync(context, own) : PassAsync(context, client));
        await app.StartAsync(ct);
        return new StoreDetour(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, byte[] own)
    {
        context.Response.StatusCode = own.Length > 0 ? 200 : 404;
        var body = own.Length > 0 ? own : "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"u8.ToArray();
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task PassAsync(HttpContext context, HttpClient client)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.GetEncodedPathAndQuery());
        foreach (var (name, values) in context.Request.Headers.Where(header => !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)))
        {
            request.Headers.TryAddWithoutValidation(name, [.. values!]);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified) && context.Request.Method != "HEAD")
        {
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
