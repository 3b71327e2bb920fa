using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>The service as a process of its own, as the AppHost starts it, to be killed.</summary>
internal sealed class ProvisionerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly GrpcChannel _channel;
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _output = [];

    private ProvisionerProcess(Process process, int port)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        Client = new Contracts.CosProvisioner.CosProvisionerClient(_channel);
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Contracts.CosProvisioner.CosProvisionerClient Client { get; }

    public string Output => string.Join('\n', _output);

    public static async Task<ProvisionerProcess> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var port = Ports.Take(1)[0];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "TempoCos.CosProvisioner.dll"));
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["GRPC_PORT"] = $"{port}";
        start.Environment["HTTP_PORT"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        var process = new ProvisionerProcess(Process.Start(start)!, port);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(StartsWithin);
            await process._channel.ConnectAsync(limit.Token);
            return process;
        }
        catch (Exception exception)
        {
            await process.DisposeAsync();
            throw new InvalidOperationException($"The provisioner does not answer; it said:\n{process.Output}", exception);
        }
    }

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public async Task<Provisioned?> ProvisionAsync(ProvisionRequest request)
    {
        using var call = Client.Provision(request, cancellationToken: TestContext.Current.CancellationToken);
        Provisioned? provisioned = null;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            provisioned ??= reply.Provisioned;
        }

        return provisioned;
    }

    /// <param name="runId">The run to remove.</param>
    /// <param name="onStep">Hears what it says meanwhile.</param>
    public async Task<Deprovisioned?> DeprovisionAsync(string runId, Action<StageEvent>? onStep = null)
    {
        using var call = Client.Deprovision(new DeprovisionRequest { RunId = runId }, cancellationToken: TestContext.Current.CancellationToken);
        Deprovisioned? deprovisioned = null;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            deprovisioned ??= reply.Deprovisioned;
            if (reply.Event is { } step)
            {
                onStep?.Invoke(step);
            }
        }

        return deprovisioned;
    }

    public async Task WaitForEndAsync() => await _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
