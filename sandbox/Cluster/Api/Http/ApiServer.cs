using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Discovery;
using TempoCos.Cluster.Api.Pods;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Http;

/// <summary>Takes every request to its handler and turns refusals into Status objects.</summary>
public sealed partial class ApiServer(
    TokenAuthentication authentication,
    ResourceCatalog catalog,
    DiscoveryEndpoint discovery,
    ReadEndpoint read,
    WatchEndpoint watch,
    WriteEndpoint write,
    PatchEndpoint patch,
    PodEndpoint pods,
    IHostApplicationLifetime lifetime,
    ILogger<ApiServer> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            authentication.Check(context);
            await RouteAsync(context, stopping.Token);
        }
        catch (ApiException refusal) when (!context.Response.HasStarted)
        {
            await ApiResponse.WriteAsync(context, refusal.ToStatus(), refusal.Code);
        }
        catch (Exception end) when (stopping.IsCancellationRequested || end is OperationCanceledException)
        {
            // The client has gone, or the cluster is about to.
            context.Abort();
        }
        catch (Exception problem) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, problem, context.Request.Method, context.Request.Path);
            await ApiResponse.WriteAsync(context, new ApiException(500, "InternalError", $"Internal error occurred: {problem.Message}").ToStatus(), 500);
        }
    }

    private async Task RouteAsync(HttpContext context, CancellationToken cancellation)
    {
        if (await discovery.TryHandleAsync(context))
        {
            return;
        }

        var path = ApiPath.Parse(context.Request.Path.Value ?? "") ?? throw ApiException.NoSuchPath();
        var type = catalog.Find(path.Group, path.Version, path.Plural) ?? throw ApiException.NoSuchPath();
        if (type.Namespaced ? path.Name.Length > 0 && path.Namespace.Length == 0 : path.Namespace.Length > 0)
        {
            throw ApiException.NoSuchPath();
        }

        if (path.Subresource.Length > 0 && path.Subresource is not "status" and not "finalize" && !type.OtherSubresources.Contains(path.Subresource))
        {
            throw ApiException.NoSuchPath();
        }

        if (path.Subresource is "log" or "portforward" or "eviction")
        {
            await pods.HandleAsync(context, path, cancellation);
            return;
        }

        switch (context.Request.Method)
        {
            case "GET" when path.Name.Length > 0:
                await read.GetAsync(context, type, path);
                break;
            case "GET" when context.Request.Query["watch"].ToString() is "true" or "1":
                await watch.WatchAsync(context, type, path, cancellation);
                break;
            case "GET":
                await read.ListAsync(context, type, path);
                break;
            case "POST" when path.Name.Length == 0:
                await write.CreateAsync(context, type, path, cancellation);
                break;
            case "PUT" when path.Name.Length > 0:
                await write.ReplaceAsync(context, type, path, cancellation);
                break;
            case "PATCH" when path.Name.Length > 0:
                await patch.PatchAsync(context, type, path, cancellation);
                break;
            case "DELETE":
                await write.DeleteAsync(context, type, path, cancellation);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception problem, string method, string path);
    }
}
