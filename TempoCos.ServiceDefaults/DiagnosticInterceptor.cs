using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using TempoCos.Contracts;

namespace TempoCos.ServiceDefaults;

/// <summary>Turns what a service throws into a status that names code, value, reason and fix; never a stack trace.</summary>
public sealed partial class DiagnosticInterceptor(ILogger<DiagnosticInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case DiagnosticException diagnostic:
                Log.Diagnostic(logger, context.Method, diagnostic.Message);
                return diagnostic.ToRpcException();
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
            default:
                Log.Unexpected(logger, exception, context.Method);
                return new DiagnosticException(
                    "TC999", exception.GetType().Name, exception.Message.TrimEnd('.'), "This is a defect of TempoCos: please report it with the service's log.", exception)
                    .ToRpcException();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} ended with {Diagnostic}")]
        public static partial void Diagnostic(ILogger logger, string method, string diagnostic);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed unexpectedly")]
        public static partial void Unexpected(ILogger logger, Exception exception, string method);
    }
}
