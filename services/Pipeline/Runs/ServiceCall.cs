using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;

namespace TempoCos.Pipeline.Runs;

/// <summary>A unary call whose failure is one that the user can read.</summary>
internal static class ServiceCall
{
    public static async Task<T> OrDiagnosticAsync<T>(Func<Task<T>> call, string service, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ServiceFailure.Translate(exception, service);
        }
    }
}
