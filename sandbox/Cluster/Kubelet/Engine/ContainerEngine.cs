using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Startup;
using TempoCos.Contracts;

namespace TempoCos.Cluster.Kubelet.Engine;

/// <summary>The container engine of the options: containers of this cluster carry its label, so that none is left.</summary>
public sealed partial class ContainerEngine : IDisposable
{
    public const string ClusterLabel = "dev.tempocos.cluster";

    private readonly EngineHttp? http;
    private readonly DataDirectory data;
    private readonly ILogger<ContainerEngine> logger;

    public ContainerEngine(ClusterOptions options, DataDirectory data, ILogger<ContainerEngine> logger)
    {
        (this.data, this.logger) = (data, logger);
        if (options.ContainerEngine is { Length: > 0 } address)
        {
            var socket = address.StartsWith("unix://", StringComparison.Ordinal) ? address["unix://".Length..] : address;
            http = File.Exists(socket) ? new EngineHttp(socket)
                : throw new DiagnosticException("TC939", address, "there is no container engine's socket", "Start the engine, or name its Unix socket with --container-engine or TEMPOCOS_CONTAINER_ENGINE.");
        }
    }

    public bool IsUsed => http is not null;

    public EngineHttp Http => http ?? throw new EngineException("there is no container engine: name its socket with --container-engine");

    /// <summary>What tells this cluster's containers from others'.</summary>
    public string Label => data.Path;

    /// <summary>An image that is already loaded, or null: none is pulled.</summary>
    public async Task<ContainerImage?> FindImageAsync(string name, CancellationToken cancellation)
    {
        var found = await Http.AskAsync(HttpMethod.Get, $"images/{Uri.EscapeDataString(name)}/json", null, cancellation);
        if (found is null)
        {
            return null;
        }

        var user = found.Text("Config", "User") ?? "";
        return new ContainerImage([], name, user.Split(':')[0] is "" or "0" or "root") { Id = found.Text("Id") ?? "" };
    }

    /// <summary>Removes all containers of this cluster, whatever they do.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellation)
    {
        if (http is null)
        {
            return;
        }

        var filter = new JsonObject { ["label"] = new JsonArray($"{ClusterLabel}={Label}") };
        try
        {
            var left = await http.AskAsync(HttpMethod.Get, $"containers/json?all=true&filters={Uri.EscapeDataString(filter.ToJsonString())}", null, cancellation);
            foreach (var id in (left as JsonArray ?? []).Select(one => one.Text("Id")).OfType<string>())
            {
                Log.Orphan(logger, id);
                await http.AskAsync(HttpMethod.Delete, $"containers/{id}?force=true&v=true", null, cancellation);
            }
        }
        catch (EngineException problem)
        {
            Log.Unreachable(logger, problem.Message);
        }
    }

    public void Dispose() => http?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "removing container {Id}, which an earlier start left behind")]
        public static partial void Orphan(ILogger logger, string id);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the container engine does not answer: {Problem}")]
        public static partial void Unreachable(ILogger logger, string problem);
    }
}
