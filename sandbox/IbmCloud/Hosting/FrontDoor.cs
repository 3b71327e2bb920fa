using System.Globalization;
using TempoCos.IbmCloud.Admin;
using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.Catalog;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Search;
using TempoCos.IbmCloud.Tags;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>Sends a request to the service that its host name or its path prefix names, and logs it.</summary>
public sealed partial class FrontDoor(
    IamEndpoints iam,
    ResourceControllerRouter resourceController,
    BucketConfigurationEndpoints bucketConfiguration,
    EndpointsDocument endpoints,
    SearchEndpoints search,
    TagEndpoints tags,
    CatalogEndpoints catalog,
    AdminEndpoints admin,
    S3Endpoint s3,
    RequestLog log,
    TimeProvider time,
    ILogger<FrontDoor> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        var (service, path) = ServiceAddress.Of(context.Request.Host.Host, target);
        context.Response.Headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        if (service == CloudService.Admin)
        {
            await GuardAsync(context, () => admin.HandleAsync(context, path));
            return;
        }

        // A signed request for the same path is about a bucket of that name.
        if (target is { Path: "/healthz", Query: "" } && HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("ok", context.RequestAborted);
            return;
        }

        var exchange = Exchange.Begin(context, service, time.GetUtcNow());
        var started = time.GetTimestamp();
        log.Begin(exchange);
        try
        {
            await GuardAsync(context, async () =>
            {
                await DispatchAsync(context, exchange, target, path);
                await exchange.Answer.FinishAsync();
                exchange.IsDropped = exchange.Fault is { DropsAfter: true };
            });
        }
        finally
        {
            // Whoever has an answer, or sees that there is none, finds its line in the log.
            log.End(exchange, context, time.GetElapsedTime(started));
            await ReleaseAsync(context, exchange);
        }
    }

    private async Task DispatchAsync(HttpContext context, Exchange exchange, RequestTarget target, string[] path)
    {
        if (exchange.Service != CloudService.S3)
        {
            var route = ControlPlaneRoute.Of(context, exchange.Service, path);
            exchange.Describe(route.Operation.ToString(), "", route.NameInBody ? await context.PeekNameAsync() : route.Key);
        }

        await (exchange.Service switch
        {
            CloudService.Iam => iam.HandleAsync(context, path),
            CloudService.ResourceManager or CloudService.ResourceController => resourceController.HandleAsync(context, path),
            CloudService.Control => endpoints.HandleAsync(context, path),
            CloudService.BucketConfiguration => bucketConfiguration.HandleAsync(context, path),
            CloudService.Search => search.HandleAsync(context, path),
            CloudService.Tags => tags.HandleAsync(context, path),
            CloudService.Catalog => catalog.HandleAsync(context, path),
            _ => s3.HandleAsync(context, target),
        });
    }

    private async Task ReleaseAsync(HttpContext context, Exchange exchange)
    {
        if (exchange.IsDropped)
        {
            context.Abort();
            return;
        }

        try
        {
            await exchange.Answer.ReleaseAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            Log.ClientLeft(logger, context.Request.Method);
        }
    }

    /// <summary>What escapes a service is a client that left, a planned fault, or a fault of the emulator.</summary>
    private async Task GuardAsync(HttpContext context, Func<Task> serve)
    {
        try
        {
            await serve();
        }
        catch (ConnectionDroppedException)
        {
            Exchange.Of(context).IsDropped = true;
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            Log.ClientLeft(logger, context.Request.Method);
            context.Abort();
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, context.Request.Method, context.Request.Path);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "The client of a {Method} request left before its end")]
        public static partial void ClientLeft(ILogger logger, string method);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);
    }
}
