using System.Text.Json;

namespace TempoCos.TempoStackDeployer.Ledgers;

/// <summary>
/// What a run has made on the cluster, as an append-only file. The intent is on the disk before the request is sent, so that a crash at any point
/// leaves a line that names what may exist.
/// </summary>
internal sealed class RunLedger(string runId, string path, TimeProvider time)
{
    private const byte NewLine = (byte)'\n';

    public string RunId => runId;

    public string Path => path;

    public void Intend(string kind, string name, string cluster) =>
        Append(new LedgerLine { Time = time.GetUtcNow(), Kind = kind, Name = name, State = LedgerLine.Intended, Cluster = cluster });

    public void Created(string kind, string name, string id, string cluster) =>
        Append(new LedgerLine { Time = time.GetUtcNow(), Kind = kind, Name = name, Id = id, State = LedgerLine.Created, Cluster = cluster });

    public void Removed(LedgerLine line) => Append(line with { Time = time.GetUtcNow(), State = LedgerLine.Removed });

    /// <summary>The last line of each thing that is not yet removed, in the order in which they were first intended.</summary>
    public IReadOnlyList<LedgerLine> Outstanding()
    {
        var order = new List<(string, string)>();
        var last = new Dictionary<(string, string), LedgerLine>();
        foreach (var line in Read())
        {
            var key = (line.Kind, line.Name);
            if (!last.ContainsKey(key))
            {
                order.Add(key);
            }

            last[key] = line;
        }

        return [.. order.Select(key => last[key]).Where(line => line.State != LedgerLine.Removed)];
    }

    private IEnumerable<LedgerLine> Read()
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        foreach (var text in File.ReadLines(path))
        {
            LedgerLine? line = null;
            try
            {
                line = string.IsNullOrWhiteSpace(text) ? null : JsonSerializer.Deserialize<LedgerLine>(text);
            }
            catch (JsonException)
            {
                // A line torn by a crash: what it announces was not yet asked for.
                continue;
            }

            if (line is not null)
            {
                yield return line;
            }
        }
    }

    private void Append(LedgerLine line)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                if (file.ReadByte() != NewLine)
                {
                    file.WriteByte(NewLine);
                }
            }

            file.Write(JsonSerializer.SerializeToUtf8Bytes(line));
            file.WriteByte(NewLine);
            file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw LedgerDirectory.NotWritable(path, exception);
        }
    }
}
