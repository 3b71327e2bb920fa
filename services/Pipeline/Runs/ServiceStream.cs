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
            try
            {
                TResult? result = null;
                await foreach (var reply in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    result = take(reply) ?? result;
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
}
