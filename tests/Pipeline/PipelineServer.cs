using System.Net;
using System.Net.Sockets;
using TempoCos.Tempo.Tests;

namespace TempoCos.Pipeline.Tests;

/// <summary>The built program as a pipeline service at a free port, for commands that are its clients.</summary>
internal sealed class PipelineServer : IDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private readonly PipelineProcess _process;
    private readonly string _home;
    private readonly int _port;
    private readonly int _httpPort;

    private PipelineServer(PipelineProcess process, string home, int port, int httpPort)
    {
        _process = process;
        _home = home;
        _port = port;
        _httpPort = httpPort;
    }

    public string Address => $"http://127.0.0.1:{_port}";

    public string HttpAddress => $"http://127.0.0.1:{_httpPort}";

    public static async Task<PipelineServer> StartAsync(string home, ScriptedServices services)
    {
        var ports = Ports.Take(2);
        var server = new PipelineServer(
            PipelineProcess.StartWith(new() { ["GRPC_PORT"] = $"{ports[0]}", ["HTTP_PORT"] = $"{ports[1]}" }, home, services.Address, "serve"), home, ports[0], ports[1]);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(StartsWithin);
        try
        {
            while (!await server.ListensAsync(limit.Token))
            {
                await Task.Delay(50, limit.Token);
            }

            return server;
        }
        catch (OperationCanceledException exception)
        {
            var output = server._process.Output;
            server.Dispose();
            throw new InvalidOperationException($"The pipeline does not listen; it said:\n{output}", exception);
        }
    }

    /// <summary>A command that is its client.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => PipelineProcess.RunAsync(_home, null, [.. arguments, "--pipeline", Address]);

    public void Dispose() => _process.Dispose();

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
