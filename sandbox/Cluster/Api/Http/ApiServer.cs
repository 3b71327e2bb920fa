using System.Globalization;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Discovery;
using TempoCos.Cluster.Api.Faults;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Pods;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Http;

/// <summary>Takes every request to its handler and turns refusals into Status objects.</summary>
public sealed partial class ApiServer(
    TokenAuthentication authentication,
    Impersonation impersonation,
    Authorizer authorizer,
    ResourceCatalog catalog,
    DiscoveryEndpoint discovery,
    ReadEndpoint read,
    WatchEndpoint watch,
    WriteEndpoint write,
    PatchEndpoint patch,
    PodEndpoint pods,
    FaultEndpoint faults,
    ClusterOptions options,
    IHostApplicationLifetime lifetime,
    ILogger<ApiServer> logger)
{
    private static readonly string[] Representations = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    public async Task HandleAsync(HttpContext context)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await AdmitAsync(context, stopping.Token);
        }
        catch (ApiException refusal) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, refusal);
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

    /// <summary>Authentication, faults, impersonation, authorization; then the handler.</summary>
    private async Task AdmitAsync(HttpContext context, CancellationToken cancellation)
    {
        var attributes = RequestAttributes.Of(context.Request);
        var user = authentication.Check(context);
        if (context.Request.Path.StartsWithSegments(FaultEndpoint.Path))
        {
            await (user is { IsMaster: true } ? faults.HandleAsync(context, cancellation) : throw ApiException.Forbidden(attributes, user?.Name ?? ""));
            return;
        }

        if (options.Faults.Take(attributes) is { } fault)
        {
            await FailAsync(context, attributes, user, fault, cancellation);
            return;
        }

        await AuthorizeAsync(context, attributes, user, cancellation);
    }

    private Task AuthorizeAsync(HttpContext context, RequestAttributes attributes, UserInfo? user, CancellationToken cancellation)
    {
        if (user is not null)
        {
            user = impersonation.Apply(user, context.Request);
            if (authorizer.Decide(user, attributes) is { Allowed: false } denied)
            {
                throw ApiException.Forbidden(attributes, user.Name, denied.Reason);
            }

            context.Features.Set(user);
        }

        return RouteAsync(context, cancellation);
    }

    private static async Task RefuseAsync(HttpContext context, ApiException refusal)
    {
        if (refusal.Details.Number("retryAfterSeconds") is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await ApiResponse.WriteAsync(context, refusal.ToStatus(), refusal.Code);
    }

    private async Task FailAsync(HttpContext context, RequestAttributes attributes, UserInfo? user, FaultRule fault, CancellationToken cancellation)
    {
        await Task.Delay(fault.DelayMilliseconds, cancellation);
        if (fault.Drop == FaultDrop.Before)
        {
            context.Abort();
        }
        else if (fault.Status is not null)
        {
            throw FaultRefusal.Of(fault, attributes, user?.Name ?? "");
        }
        else if (fault.Drop == FaultDrop.After)
        {
            await LoseAnswerAsync(context, attributes, user, cancellation);
        }
        else
        {
            if (attributes.Verb == "watch" && (fault.Compact || fault.CutWatchAfterEvents is not null))
            {
                context.Features.Set(new WatchFault(fault.CutWatchAfterEvents ?? 0, fault.Compact));
            }

            await AuthorizeAsync(context, attributes, user, cancellation);
        }
    }

    private async Task LoseAnswerAsync(HttpContext context, RequestAttributes attributes, UserInfo? user, CancellationToken cancellation)
    {
        context.Response.Body = Stream.Null;
        try
        {
            await AuthorizeAsync(context, attributes, user, cancellation);
        }
        catch (ApiException)
        {
            // The refusal is lost with the connection, too.
        }

        context.Abort();
    }

    private async Task RouteAsync(HttpContext context, CancellationToken cancellation)
    {
        if (await discovery.TryHandleAsync(context))
        {
            return;
        }

        if (ApiPath.Parse(context.Request.Path.Value ?? "") is not { } path || !catalog.Types.Any(one => one.Group == path.Group && one.Version == path.Version))
        {
            await ApiResponse.WriteAsync(context, "404 page not found\n"u8.ToArray(), 404, "text/plain; charset=utf-8");
            return;
        }

        var type = catalog.Find(path.Group, path.Version, path.Plural) ?? throw ApiException.NoSuchPath();
        if (type.Namespaced ? path.Name.Length > 0 && path.Namespace.Length == 0 : path.Namespace.Length > 0)
        {
            throw ApiException.NoSuchPath();
        }

        if (path.Subresource.Length > 0 && path.Subresource is not "status" and not "finalize" && !type.OtherSubresources.Contains(path.Subresource))
        {
            throw ApiException.NoSuchPath();
        }

        if (path.Subresource is "attach" or "eviction" or "exec" or "log" or "portforward")
        {
            await pods.HandleAsync(context, path, cancellation);
            return;
        }

        CheckAccepted(context.Request);
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
            case "POST" when path.Subresource == "token":
                await write.RequestTokenAsync(context, path, cancellation);
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

    private static void CheckAccepted(HttpRequest request)
    {
        var accepted = request.Headers.Accept.SelectMany(value => (value ?? "").Split(',')).Select(value => value.Split(';')[0].Trim()).Where(value => value.Length > 0).ToList();
        if (accepted.Count > 0 && !accepted.Any(one => one is "*/*" or "application/*" || Representations.Contains(one)))
        {
            throw new ApiException(406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {string.Join(", ", Representations)}", []);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception problem, string method, string path);
    }
}
