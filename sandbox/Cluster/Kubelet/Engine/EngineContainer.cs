using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Processes;

namespace TempoCos.Cluster.Kubelet.Engine;

/// <summary>One run of a container in the engine, on the machine's own network.</summary>
public sealed class EngineContainer : IContainerRun
{
    private const int LongestOutput = 10 << 10;
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    private readonly EngineHttp http;
    private readonly ContainerLog log;
    private readonly string id;
    private readonly int? process;
    private readonly DeathWatch watch;
    private readonly Func<string, string> adapt;

    private EngineContainer(EngineHttp http, ContainerLog log, string id, int? process, DeathWatch watch, Func<string, string> adapt)
    {
        (this.http, this.log, this.id, this.process, this.watch, this.adapt) = (http, log, id, process, watch, adapt);
        if (process is { } pid)
        {
            watch.Add(pid);
        }

        Exit = AttendAsync();
    }

    public string Id => $"docker://{id}";

    public Task<ContainerExit> Exit { get; }

    /// <exception cref="ContainerException">The engine does not start it.</exception>
    public static async Task<EngineContainer> StartAsync(EngineHttp http, JsonObject specification, Func<string, string> adapt, ContainerLog log, DeathWatch watch, CancellationToken cancellation)
    {
        string? id = null;
        try
        {
            id = (await http.AskAsync(HttpMethod.Post, "containers/create", specification, cancellation)).Text("Id")!;

            await http.AskAsync(HttpMethod.Post, $"containers/{id}/start", null, cancellation);
            var inspected = await http.AskAsync(HttpMethod.Get, $"containers/{id}/json", null, cancellation);
            return new EngineContainer(http, log, id, inspected.Number("State", "Pid") is > 0 and var pid ? (int)pid : null, watch, adapt);
        }
        catch (EngineException problem)
        {
            if (id is not null)
            {
                await RemoveAsync(http, id);
            }

            throw ContainerException.NotStarted(problem.Message);
        }
    }

    public Task TerminateAsync() => SignalAsync("SIGTERM");

    public Task KillAsync() => SignalAsync("SIGKILL");

    public async Task<CommandResult> ExecuteAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        try
        {
            var words = new JsonArray([.. command.Select(word => (JsonNode)adapt(word))]);
            var made = await http.AskAsync(HttpMethod.Post, $"containers/{id}/exec", new JsonObject { ["AttachStdout"] = true, ["AttachStderr"] = true, ["Cmd"] = words }, cancellation);
            var exec = made.Text("Id")!;
            using var response = await http.SendAsync(HttpMethod.Post, $"exec/{exec}/start", new JsonObject { ["Detach"] = false, ["Tty"] = false }, cancellation);
            var output = new BoundedText(LongestOutput);
            await using var frames = await response!.Content.ReadAsStreamAsync(cancellation);
            await EngineStream.CopyAsync(frames, async (part, _) =>
            {
                using var reader = new StreamReader(part);
                await output.ReadAsync(reader);
            }, cancellation);
            cancellation.ThrowIfCancellationRequested();
            var result = await http.AskAsync(HttpMethod.Get, $"exec/{exec}/json", null, cancellation);
            return new CommandResult((int)(result.Number("ExitCode") ?? -1), output.ToString());
        }
        catch (Exception problem) when (problem is EngineException or HttpRequestException or IOException)
        {
            throw ContainerException.NotStarted(problem.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(http, id);
        await Exit;
        if (process is { } pid)
        {
            watch.Remove(pid);
        }

        log.Dispose();
    }

    private async Task<JsonNode?> WaitAsync()
    {
        using var response = await http.SendAsync(HttpMethod.Post, $"containers/{id}/wait?condition=not-running", null, CancellationToken.None);
        return JsonNode.Parse(await response!.Content.ReadAsStringAsync());
    }

    private static async Task RemoveAsync(EngineHttp http, string id)
    {
        try
        {
            await http.AskAsync(HttpMethod.Delete, $"containers/{id}?force=true&v=true", null, CancellationToken.None);
        }
        catch (EngineException)
        {
            // It has gone, or the engine has; the next start looks for it by its label.
        }
    }

    private async Task<ContainerExit> AttendAsync()
    {
        var output = CopyLogAsync();
        try
        {
            var code = (int)((await WaitAsync()).Number("StatusCode") ?? -1);
            await Task.WhenAny(output, Task.Delay(OutputPatience));
            var inspected = await http.AskAsync(HttpMethod.Get, $"containers/{id}/json", null, CancellationToken.None);
            return new ContainerExit(code, inspected is not null && inspected["State"].Flag("OOMKilled"));
        }
        catch (Exception lost) when (lost is EngineException or HttpRequestException or IOException)
        {
            return new ContainerExit(137, OutOfMemory: false);
        }
    }

    private async Task CopyLogAsync()
    {
        try
        {
            using var response = await http.SendAsync(HttpMethod.Get, $"containers/{id}/logs?follow=true&stdout=true&stderr=true", null, CancellationToken.None);
            if (response is not null)
            {
                await using var frames = await response.Content.ReadAsStreamAsync();
                await EngineStream.CopyAsync(frames, log, CancellationToken.None);
            }
        }
        catch (Exception lost) when (lost is EngineException or HttpRequestException or IOException)
        {
            // What was read so far is the log.
        }
    }

    private async Task SignalAsync(string signal)
    {
        try
        {
            await http.AskAsync(HttpMethod.Post, $"containers/{id}/kill?signal={signal}", null, CancellationToken.None);
        }
        catch (EngineException)
        {
            // It has ended.
        }
    }
}
