using System.Buffers;
using System.Net.Sockets;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Copies between a local connection and one to a pod, each way with one buffer: who reads slowly is sent to slowly.</summary>
internal sealed class ForwardedConnection(Socket local, PodStream remote) : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    /// <summary>
    /// The protocol cannot say that one direction has ended. After the client's end the pod may therefore still answer, as long as it keeps answering:
    /// a client that closed altogether looks the same.
    /// </summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly NetworkStream _stream = new(local, ownsSocket: false);
    private long _answered;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = CopyAsync(_stream, remote, _ => { }, ending.Token);
        var down = CopyAsync(remote, _stream, count => Interlocked.Add(ref _answered, count), ending.Token);
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
            await remote.DisposeAsync();
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

        await remote.EndAsync(cancellationToken);
    }

    private static async Task CopyAsync(Stream from, Stream to, Action<int> copied, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                copied(count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
