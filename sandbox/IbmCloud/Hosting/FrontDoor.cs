using TempoCos.IbmCloud.Admin;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>Sends a request to the service that its host name or its path prefix names; what names none is S3.</summary>
public sealed partial class FrontDoor(
    IamEndpoints iam,
    ResourceControllerRouter resourceController,
    BucketConfigurationEndpoints bucketConfiguration,
    AdminEndpoints admin,
    S3Endpoint s3,
    ILogger<FrontDoor> logger)
{
    private static readonly EndpointsDocument Endpoints = new();

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context);
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

    private Task DispatchAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        switch (context.Request.Host.Host)
        {
            case "iam.cloud.ibm.com":
                return iam.HandleAsync(context, target.Segments());
            case "resource-controller.cloud.ibm.com":
                return resourceController.HandleAsync(context, target.Segments());
            case "control.cloud-object-storage.cloud.ibm.com":
                return Endpoints.HandleAsync(context);
            case "config.cloud-object-storage.cloud.ibm.com":
                return bucketConfiguration.HandleAsync(context, target.Segments());
        }

        if (target.Path.StartsWith("/_/", StringComparison.Ordinal))
        {
            var segments = target.Segments();
            switch (segments)
            {
                case [_, "iam", .. var rest]:
                    return iam.HandleAsync(context, rest);
                case [_, "resource-controller", .. var rest]:
                    return resourceController.HandleAsync(context, rest);
                case [_, "control", "v2", "endpoints"]:
                    return Endpoints.HandleAsync(context);
                case [_, "config", .. var rest]:
                    return bucketConfiguration.HandleAsync(context, rest);
                case [_, "admin", .. var rest]:
                    return admin.HandleAsync(context, rest);
            }
        }

        // A signed request for the same path is about a bucket of that name.
        if (target is { Path: "/healthz", Query: "" } && HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("ok", context.RequestAborted);
        }

        return s3.HandleAsync(context, target);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "The client of a {Method} request left before its end")]
        public static partial void ClientLeft(ILogger logger, string method);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);
    }
}
