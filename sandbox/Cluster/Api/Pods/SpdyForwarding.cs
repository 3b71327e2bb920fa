using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using TempoCos.Cluster.Api.Pods.Spdy;

namespace TempoCos.Cluster.Api.Pods;

/// <summary>The connections that kubectl port-forward takes to a pod: each is a stream of data and one for what goes wrong, which belong together by their request.</summary>
public sealed class SpdyForwarding(Stream transport, PodTarget target)
{
    private const int Chunk = 32 << 10;
    private const string Data = "data";
    private const string Errors = "error";

    private readonly Dictionary<string, SpdyStream> waiting = [];
    private readonly List<Task> forwards = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var connection = new SpdyConnection(transport, stream => Accept(stream, ending.Token), ending.Token);
        try
        {
            await connection.RunAsync();
        }
        catch (Exception gone) when (IsEnd(gone))
        {
            // The client has gone, or the cluster is about to.
        }

        await ending.CancelAsync();
        await Task.WhenAll(forwards);
    }

    private static bool IsEnd(Exception problem) => problem is IOException or SocketException or WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private bool Accept(SpdyStream stream, CancellationToken cancellation)
    {
        var kind = stream.Headers.GetValueOrDefault("streamtype");
        if (kind is not (Data or Errors) || !int.TryParse(stream.Headers.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return false;
        }

        // Clients of long ago named no request: their stream of data came right after that of errors.
        var request = stream.Headers.GetValueOrDefault("requestid") ?? $"stream {(kind == Errors ? stream.Id : stream.Id - 2)}";
        foreach (var gone in waiting.Where(one => one.Value.Aborted.IsCompleted).Select(one => one.Key).ToList())
        {
            waiting.Remove(gone);
        }

        if (!waiting.Remove(request, out var other))
        {
            waiting[request] = stream;
            return true;
        }

        if (other.Headers["streamtype"] == kind)
        {
            waiting[request] = other;
            return false;
        }

        forwards.RemoveAll(forward => forward.IsCompleted);
        forwards.Add(kind == Data ? ForwardAsync(port, stream, other, cancellation) : ForwardAsync(port, other, stream, cancellation));
        return true;
    }

    private async Task ForwardAsync(int port, SpdyStream data, SpdyStream errors, CancellationToken cancellation)
    {
        string? complaint = null;
        try
        {
            // On the stream of errors, only this side speaks.
            await errors.Input.CompleteAsync();
            using var client = await target.ConnectAsync(port, cancellation);
            await CopyAsync(client, data);
        }
        catch (Exception problem) when (IsEnd(problem))
        {
            // Who has reset the stream of data knows why it ends.
            complaint = data.Aborted.IsCompleted ? null : target.Complaint(port, problem);
        }

        try
        {
            await data.Input.CompleteAsync();
            if (complaint is not null)
            {
                await errors.SendAsync(Encoding.UTF8.GetBytes(complaint));
                await data.ResetAsync();
            }

            await data.FinishAsync();
            await errors.FinishAsync();
        }
        catch (Exception gone) when (IsEnd(gone))
        {
            // The connection has ended before this forward.
        }
    }

    /// <summary>Both ways until the process has said everything and the client, too; or until the client wants no more of it.</summary>
    private static async Task CopyAsync(TcpClient client, SpdyStream data)
    {
        var (outward, inward) = (SendAsync(client.GetStream(), data), ReceiveAsync(client, data));
        try
        {
            await Task.WhenAny(outward, data.Aborted);
            if (outward.IsCompletedSuccessfully)
            {
                await Task.WhenAny(inward, data.Aborted);
            }
        }
        finally
        {
            data.Input.CancelPendingRead();
            client.Dispose();
            await Task.WhenAll(outward, inward);
        }
    }

    private static async Task SendAsync(NetworkStream from, SpdyStream data)
    {
        var buffer = new byte[Chunk];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            await data.SendAsync(buffer.AsMemory(0, read));
        }

        await data.FinishAsync();
    }

    private static async Task ReceiveAsync(TcpClient client, SpdyStream data)
    {
        try
        {
            var to = client.GetStream();
            while (await data.Input.ReadAsync() is { IsCanceled: false } read)
            {
                foreach (var part in read.Buffer)
                {
                    await to.WriteAsync(part);
                }

                data.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    client.Client.Shutdown(SocketShutdown.Send);
                    return;
                }
            }
        }
        catch (Exception deaf) when (IsEnd(deaf))
        {
            // The process reads no more; what it has said is still on its way to the client.
            await data.Input.CompleteAsync();
        }
    }
}
