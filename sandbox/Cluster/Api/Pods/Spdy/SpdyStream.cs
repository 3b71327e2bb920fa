using System.IO.Pipelines;

namespace TempoCos.Cluster.Api.Pods.Spdy;

/// <summary>One stream of a connection, opened by the client.</summary>
public sealed class SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers)
{
    /// <summary>How much of it may wait to be read: what a kubelet keeps, 50 frames of the 32 KiB that kubectl sends at most.</summary>
    private const int Window = 50 * (32 << 10);

    private readonly Pipe input = new(new PipeOptions(pauseWriterThreshold: Window, resumeWriterThreshold: Window / 2, useSynchronizationContext: false));
    private readonly TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool unread;
    private int finished;

    public int Id => id;

    public IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>What the client sends, until it ends its half. To complete it means that nobody reads any more.</summary>
    public PipeReader Input => input.Reader;

    /// <summary>Completes when the client resets the stream or the connection ends.</summary>
    public Task Aborted => aborted.Task;

    public bool IsReceived { get; private set; }

    public bool IsFinished => Volatile.Read(ref finished) != 0;

    public Task SendAsync(ReadOnlyMemory<byte> data) => IsFinished ? Task.CompletedTask : connection.SendDataAsync(this, data, last: false);

    /// <summary>Ends the server's half, once.</summary>
    public Task FinishAsync() => Interlocked.Exchange(ref finished, 1) == 0 ? connection.SendDataAsync(this, default, last: true) : Task.CompletedTask;

    /// <summary>Ends both halves at once.</summary>
    public Task ResetAsync() => Interlocked.Exchange(ref finished, 1) == 0 ? connection.SendResetAsync(this) : Task.CompletedTask;

    /// <summary>Takes so many bytes from the connection, as fast as they are read here. Answers how many it left there because nobody reads any more.</summary>
    public async Task<int> ReceiveAsync(Stream transport, int length, CancellationToken cancellation)
    {
        while (length > 0 && !unread)
        {
            var buffer = input.Writer.GetMemory();
            buffer = buffer[..Math.Min(buffer.Length, length)];
            await transport.ReadExactlyAsync(buffer, cancellation);
            length -= buffer.Length;
            input.Writer.Advance(buffer.Length);
            unread = (await input.Writer.FlushAsync(cancellation)).IsCompleted;
        }

        return length;
    }

    /// <summary>The client has ended its half.</summary>
    public void EndReceived()
    {
        IsReceived = true;
        input.Writer.Complete();
    }

    public void Abort()
    {
        Interlocked.Exchange(ref finished, 1);
        EndReceived();
        aborted.TrySetResult();
    }
}
