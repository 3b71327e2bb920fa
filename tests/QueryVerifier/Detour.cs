using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>Stands before a real Tempo and changes what it is asked for: a Tempo that lies.</summary>
internal sealed class Detour(WebApplication app, HttpClient client) : IAsyncDisposable
{
    public string Address => app.Urls.First();

    public static async Task<Detour> StartAsync(string target, Func<string, string> change, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var client = new HttpClient { BaseAddress = new Uri(target) };
        app.Run(async context =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), change(context.Request.GetEncodedPathAndQuery()));
            request.Headers.TryAddWithoutValidation("Accept", [.. context.Request.Headers.Accept!]);
            using var response = await client.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            if (response.StatusCode != HttpStatusCode.NoContent)
            {
                await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            }
        });
        await app.StartAsync(ct);
        return new Detour(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }
}
