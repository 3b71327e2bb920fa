using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>
/// Copies between a local connection and a pod's port, in the protocol v4.channel.k8s.io: each message begins with its channel, 0 for data and
/// 1 for an error text, and the first message of each channel carries the port, two bytes.
/// </summary>
internal sealed class ForwardedConnection(Socket local, WebSocket remote) : IAsyncDisposable
{
    private const byte DataChannel = 0;
    private const int Channels = 2;
    private const int PortBytes = 2;
    private const int BufferSize = 64 * 1024;

    /// <summary>
    /// The protocol cannot say that one direction has ended. After the client's end the pod may therefore still answer, as long as it keeps answering:
    /// a client that closed altogether looks the same.
    /// </summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly NetworkStream _stream = new(local, ownsSocket: false);
    private readonly StringBuilder _error = new();
    private long _answered;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = UpAsync(ending.Token);
        var down = DownAsync(ending.Token);
        try
        {
            if (await Task.WhenAny(up, down) == up)
            {
                await up;
                await WhileAnsweringAsync(down, cancellationToken);
            }
            else
            {
                await down;
                local.Shutdown(SocketShutdown.Send);
                await up.WaitAsync(CloseWithin, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        finally
        {
            await ending.CancelAsync();
            remote.Abort();
            await Task.WhenAll(up, down).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task WhileAnsweringAsync(Task down, CancellationToken cancellationToken)
    {
        long before;
        do
        {
            before = Volatile.Read(ref _answered);
            if (await Task.WhenAny(down, Task.Delay(AnswerWithin, cancellationToken)) == down)
            {
                await down;
                return;
            }
        }
        while (Volatile.Read(ref _answered) != before && !cancellationToken.IsCancellationRequested);

        await remote.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
    }

    private async Task UpAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            buffer[0] = DataChannel;
            int count;
            while ((count = await _stream.ReadAsync(buffer.AsMemory(1), cancellationToken)) > 0)
            {
                await remote.SendAsync(buffer.AsMemory(0, count + 1), WebSocketMessageType.Binary, true, cancellationToken);
                Telemetry.ForwardedBytes.Add(count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task DownAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int[] skip = [PortBytes, PortBytes];
            var channel = DataChannel;
            var atStart = true;
            while (true)
            {
                var result = await remote.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var data = buffer.AsMemory(0, result.Count);
                if (atStart && data.Length > 0)
                {
                    channel = data.Span[0];
                    data = data[1..];
                    atStart = false;
                }

                if (channel < Channels)
                {
                    var skipped = Math.Min(skip[channel], data.Length);
                    skip[channel] -= skipped;
                    await TakeAsync(channel, data[skipped..], cancellationToken);
                }

                atStart |= result.EndOfMessage;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (_error.Length > 0)
        {
            throw new IOException(_error.ToString());
        }
    }

    private async ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (data.IsEmpty)
        {
            return;
        }

        if (channel == DataChannel)
        {
            await _stream.WriteAsync(data, cancellationToken);
            Interlocked.Add(ref _answered, data.Length);
            Telemetry.ForwardedBytes.Add(data.Length);
        }
        else
        {
            _error.Append(Encoding.UTF8.GetString(data.Span));
        }
    }
}
