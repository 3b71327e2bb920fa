using System.Diagnostics;
using TempoCos.Tempo.Distributor;
using TempoCos.Tempo.Ring;

namespace TempoCos.Tempo.Http;

/// <summary>The first to see a request: keeps listeners apart, turns failures into answers and counts.</summary>
public sealed partial class RequestGate(RequestDelegate next, IServiceProvider services, TempoMetrics metrics, ILogger<RequestGate> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        switch (context.Features.Get<Listener>()?.Role)
        {
            case ListenerRole.OtlpHttp:
                await services.GetRequiredService<OtlpHttpEndpoint>().HandleAsync(context);
                break;
            case ListenerRole.OtlpGrpc:
                await services.GetRequiredService<OtlpGrpcEndpoint>().HandleAsync(context);
                break;
            case ListenerRole.Internal when context.Request.Path.Value is not ("/ready" or "/metrics"):
                await context.WriteTextAsync(404, "404 page not found\n");
                break;
            case ListenerRole.Gossip when context.Request.Path == Gossip.Path:
                await services.GetRequiredService<Gossip>().AnswerAsync(context);
                break;
            case ListenerRole.Gossip:
                context.Response.StatusCode = 404;
                break;
            case ListenerRole.Http:
                await AnswerAsync(context);
                break;
            default:
                await next(context);
                break;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (HttpFailureException failure) when (!context.Response.HasStarted)
        {
            await context.WriteTextAsync(failure.Status, failure.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, context.Request.Path, exception);
            await context.WriteTextAsync(500, exception.Message);
        }
        finally
        {
            var route = RouteOf(context);
            metrics.RequestSeconds.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds, context.Request.Method, route, $"{context.Response.StatusCode}", "false");
        }
    }

    // As Tempo names routes: the path with its variables, without signs.
    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { Length: > 1 } pattern
            ? pattern.Trim('/').Replace("{**path}", "other", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
                .Replace('/', '_').Replace('.', '_').Replace('-', '_').ToLowerInvariant()
            : "other";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed")]
        public static partial void Failed(ILogger logger, string path, Exception exception);
    }
}
