using System.Buffers.Binary;
using System.IO.Pipelines;
using TempoCos.Cluster.Kubelet.Logs;

namespace TempoCos.Cluster.Kubelet.Engine;

/// <summary>The engine's stream of output: frames of <c>STREAM 0 0 0 LENGTH</c> and as many bytes.</summary>
public static class EngineStream
{
    /// <summary>Parts the frames into the two streams, until the end.</summary>
    public static async Task CopyAsync(Stream frames, Func<Stream, string, Task> read, CancellationToken cancellation)
    {
        var (output, errors) = (new Pipe(), new Pipe());
        var reading = Task.WhenAll(read(output.Reader.AsStream(), "stdout"), read(errors.Reader.AsStream(), "stderr"));
        try
        {
            await PartAsync(frames, output.Writer, errors.Writer, cancellation);
        }
        catch (Exception end) when (end is IOException or HttpIOException or OperationCanceledException)
        {
            // The engine has closed the stream, or nobody waits for it any longer.
        }

        await output.Writer.CompleteAsync();
        await errors.Writer.CompleteAsync();
        await reading;
    }

    public static Task CopyAsync(Stream frames, ContainerLog log, CancellationToken cancellation) =>
        CopyAsync(frames, (part, stream) => OutputReader.CopyAsync(part, log, stream), cancellation);

    private static async Task PartAsync(Stream frames, PipeWriter output, PipeWriter errors, CancellationToken cancellation)
    {
        var header = new byte[8];
        while (await frames.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation) == header.Length)
        {
            var writer = header[0] == 2 ? errors : output;
            var rest = (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
            while (rest > 0)
            {
                var memory = writer.GetMemory(1);
                var read = await frames.ReadAsync(memory[..Math.Min(rest, memory.Length)], cancellation);
                if (read == 0)
                {
                    return;
                }

                writer.Advance(read);
                await writer.FlushAsync(cancellation);
                rest -= read;
            }
        }
    }
}
