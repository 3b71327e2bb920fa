using Microsoft.Win32.SafeHandles;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Standard output for many lines of bytes. The console's own stream hides that nobody reads any more.</summary>
internal sealed class StandardOutput : IAsyncDisposable
{
    private const int BufferBytes = 1 << 16;
    private const int BrokenPipe = 32;
    private static readonly byte[] LineEnd = [(byte)'\n'];

    private readonly Stream _stream = OperatingSystem.IsWindows()
        ? new BufferedStream(Console.OpenStandardOutput(), BufferBytes)
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, BufferBytes);

    public Task WriteLineAsync(ReadOnlyMemory<byte> line, CancellationToken ct) => GuardAsync(async () =>
    {
        await _stream.WriteAsync(line, ct);
        await _stream.WriteAsync(LineEnd, ct);
    });

    public Task FlushAsync(CancellationToken ct) => GuardAsync(() => _stream.FlushAsync(ct));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (IOException)
        {
            // Told by the write or flush before.
        }
    }

    private static async Task GuardAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            throw new BrokenPipeException(e);
        }
        catch (IOException e)
        {
            throw new DiagnosticException("TC923", "standard output", e.Message.TrimEnd('.'), "Write to where there is room.", e);
        }
    }
}
