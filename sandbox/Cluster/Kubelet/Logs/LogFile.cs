using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TempoCos.Cluster.Kubelet.Logs;

/// <summary>A file of a log, as it is read.</summary>
public static class LogFile
{
    private const int Piece = 32 << 10;

    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>The lines from where the file stands to <paramref name="until"/>, or to its end if that comes before.</summary>
    public static async IAsyncEnumerable<LogLine> LinesAsync(FileStream? file, long until, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[Piece];
        var held = new MemoryStream();
        while (file is not null && file.Position < until && await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(Piece, until - file.Position)), cancellation) is > 0 and var read)
        {
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, read - start)) >= 0; start = end + 1)
            {
                held.Write(buffer, start, end - start);
                if (Parse(Encoding.UTF8.GetString(held.GetBuffer(), 0, (int)held.Length)) is { } line)
                {
                    yield return line;
                }

                held.SetLength(0);
            }

            held.Write(buffer, start, read - start);
        }
    }

    private static LogLine? Parse(string line)
    {
        var parts = line.Split(' ', 4);
        return parts.Length == 4 && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, out var at) ? new LogLine(at, parts[3], parts[2] == "F") : null;
    }
}
