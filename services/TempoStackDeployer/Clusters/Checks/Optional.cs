using System.Net;
using k8s.Autorest;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Looks at what this user may perhaps not look at.</summary>
internal static class Optional
{
    /// <summary>The answer; null when it is forbidden or not served.</summary>
    public static async Task<T?> LookAsync<T>(Func<Task<T>> look)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (DiagnosticException exception) when (exception.Code == Codes.Forbidden)
        {
            return null;
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }
}
