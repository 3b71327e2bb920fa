using System.Text;

namespace TempoCos.Cluster.Kubelet.Logs;

/// <summary>Reads a stream of output into a log, line by line; lines beyond what a runtime keeps in one piece come in several.</summary>
public static class OutputReader
{
    private const int LongestPiece = 16 << 10;

    public static async Task CopyAsync(Stream output, ContainerLog log, string stream)
    {
        using var reader = new StreamReader(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), detectEncodingFromByteOrderMarks: false, LongestPiece);
        var buffer = new char[LongestPiece];
        var line = new StringBuilder();
        int read;
        while ((read = await ReadAsync(reader, buffer)) > 0)
        {
            var rest = buffer.AsMemory(0, read);
            while (rest.Length > 0)
            {
                var end = rest.Span.IndexOf('\n');
                var take = Math.Min(end < 0 ? rest.Length : end, LongestPiece - line.Length);
                line.Append(rest[..take]);
                rest = rest[take..];
                if (rest.Length > 0 && rest.Span[0] == '\n')
                {
                    log.Append(stream, line.ToString(), complete: true);
                    line.Clear();
                    rest = rest[1..];
                }
                else if (line.Length == LongestPiece)
                {
                    log.Append(stream, line.ToString(), complete: false);
                    line.Clear();
                }
            }
        }

        if (line.Length > 0)
        {
            log.Append(stream, line.ToString(), complete: true);
        }
    }

    private static async ValueTask<int> ReadAsync(StreamReader reader, char[] buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer);
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return 0;
        }
    }
}
