using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TempoCos.Cluster.Tests.Api.Pods;

/// <summary>A kubectl port-forward, as long as it lives.</summary>
public sealed class ForwardingKubectl : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Dictionary<int, int> ports = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ForwardingKubectl(Process process, int count)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data, count);
        process.ErrorDataReceived += (_, line) => Note(line.Data, count);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static async Task<ForwardingKubectl> StartAsync(Kubectl kubectl, string what, params int[] remotePorts)
    {
        var forwarding = new ForwardingKubectl(kubectl.Start(["port-forward", "--address=127.0.0.1", what, .. remotePorts.Select(port => $":{port}")]), remotePorts.Length);
        try
        {
            await forwarding.ready.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            return forwarding;
        }
        catch
        {
            await forwarding.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection to what is forwarded to this port of the pod.</summary>
    public async Task<TcpClient> ConnectAsync(int remotePort)
    {
        var client = new TcpClient();
        int port;
        lock (output)
        {
            port = ports[remotePort];
        }

        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>What it said until it ended by itself.</summary>
    public async Task<(int Code, string Output)> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        lock (output)
        {
            return (process.ExitCode, output.ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Note(string? line, int count)
    {
        lock (output)
        {
            if (line is null)
            {
                return;
            }

            output.AppendLine(line);
            if (line.Split("Forwarding from 127.0.0.1:") is ["", var pair] && pair.Split(" -> ") is [var local, var remote])
            {
                ports[int.Parse(remote, CultureInfo.InvariantCulture)] = int.Parse(local, CultureInfo.InvariantCulture);
            }

            // Without it, kubectl has said why.
            if (ports.Count == count)
            {
                ready.TrySetResult();
            }
            else if (line.StartsWith("error", StringComparison.OrdinalIgnoreCase))
            {
                ready.TrySetException(new InvalidOperationException(output.ToString()));
            }
        }
    }
}
