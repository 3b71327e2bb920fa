using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Ingester;

/// <summary><c>/flush</c> and <c>/shutdown</c>: both answer at once and work on in the background.</summary>
public sealed class IngesterEndpoints(IngesterCore core, IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/flush", Flush);
        routes.Map("/shutdown", Shutdown);
    }

    private Task Flush(HttpContext context)
    {
        var tenant = context.Request.Query["tenant"].ToString();
        if (tenant.Length == 0)
        {
            core.Flush(core.Tenants);
        }
        else if (core.TryTenant(tenant) is { } one)
        {
            core.Flush([one]);
        }
        else
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private async Task Shutdown(HttpContext context)
    {
        await context.WriteTextAsync(200, "shutdown job acknowledged");
        _ = StopAsync();
    }

    private async Task StopAsync()
    {
        await core.ShutdownAsync(CancellationToken.None);
        lifetime.StopApplication();
    }
}
