using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>The built service as a process, to be killed.</summary>
internal sealed class ProvisionerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private ProvisionerProcess(Process process, Uri address)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress(address);
        Client = new Contracts.CosProvisioner.CosProvisionerClient(_channel);
    }

    public Contracts.CosProvisioner.CosProvisionerClient Client { get; }

    public static async Task<ProvisionerProcess> StartAsync(Sandbox sandbox, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CosProvisionerService).Assembly.Location]);
        foreach (var (name, value) in Provisioner.Settings(sandbox, "home", settings))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var port = FreePort();
        start.Environment["HTTP_PORT"] = "0";
        start.Environment["GRPC_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var process = new ProvisionerProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            await process._channel.ConnectAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>What it says while it removes a run; ends with it when it dies.</summary>
    public async Task<Deprovisioned?> DeprovisionAsync(string runId, Action<StageEvent> onStep)
    {
        Deprovisioned? deprovisioned = null;
        try
        {
            using var call = Client.Deprovision(new DeprovisionRequest { RunId = runId }, cancellationToken: TestContext.Current.CancellationToken);
            await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
            {
                deprovisioned = reply.Deprovisioned ?? deprovisioned;
                if (reply.Event is { } step)
                {
                    onStep(step);
                }
            }
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            // It is dead.
        }

        return deprovisioned;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
