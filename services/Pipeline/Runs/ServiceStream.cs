using System.Diagnostics;
using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;

namespace TempoCos.Pipeline.Runs;

/// <summary>Reads a service's stream to its typed end, handing every other reply on.</summary>
internal static class ServiceStream
{
    /// <param name="call">The call.</param>
    /// <param name="service">Name of the service, for the error.</param>
    /// <param name="take">Returns the result when the reply is the last one, else publishes it and returns null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<TResult> ReadAsync<TReply, TResult>(
        AsyncServerStreamingCall<TReply> call, string service, Func<TReply, TResult?> take, CancellationToken cancellationToken)
        where TResult : class
    {
        using (call)
        {
            return await ReadAsync(call.ResponseStream, service, reply => Task.FromResult(take(reply)), cancellationToken);
        }
    }

    /// <summary>The same where the service asks in between: <paramref name="answer"/> gives what goes back, or null when nothing was asked.</summary>
    public static async Task<TResult> ConverseAsync<TInput, TReply, TResult>(
        AsyncDuplexStreamingCall<TInput, TReply> call, TInput first, string service, Func<TReply, TResult?> take, Func<TReply, Task<TInput?>> answer, CancellationToken cancellationToken)
        where TInput : class
        where TResult : class
    {
        return await ReadAsync(call.ResponseStream, service, async reply =>
        {
            var result = take(reply);
            if (await answer(reply) is { } input)
            {
                await call.RequestStream.WriteAsync(input, cancellationToken);
            }

            return result;
        }, cancellationToken, () => call.RequestStream.WriteAsync(first, cancellationToken));
    }

    private static async Task<TResult> ReadAsync<TReply, TResult>(
        IAsyncStreamReader<TReply> replies, string service, Func<TReply, Task<TResult?>> take, CancellationToken cancellationToken, Func<Task>? begin = null)
        where TResult : class
    {
        try
        {
            await (begin?.Invoke() ?? Task.CompletedTask);
            TResult? result = null;
            await foreach (var reply in replies.ReadAllAsync(cancellationToken))
            {
                result = await take(reply) ?? result;
            }

            return result ?? throw new DiagnosticException("TC999", service, "the service ended its stream without a result", "This is a defect of TempoCos: please report it with the service's log.");
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ServiceFailure.Translate(exception, service);
        }
    }
}
