using System.Globalization;
using System.Runtime.CompilerServices;

namespace TempoCos.Cluster.Kubelet.Logs;

/// <summary>
/// What one run of a container wrote: a file of <c>TIME STREAM F TEXT</c> lines, as container runtimes keep it. Too long a file starts anew.
/// </summary>
public sealed class ContainerLog : IDisposable
{
    private const long Limit = 16 << 20;

    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private readonly StreamWriter writer;
    private TaskCompletionSource changed = NewSignal();
    private bool complete;

    public ContainerLog(string path, TimeProvider time)
    {
        this.path = path;
        this.time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writer = new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
    }

    public void Append(string stream, string text)
    {
        lock (gate)
        {
            if (complete)
            {
                return;
            }

            if (writer.BaseStream.Position > Limit)
            {
                writer.BaseStream.SetLength(0);
            }

            writer.Write(time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            writer.Write($" {stream} F {text}\n");
            writer.Flush();
            Signal();
        }
    }

    /// <summary>The run has ended: nothing more comes.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (!complete)
            {
                complete = true;
                writer.Dispose();
                Signal();
            }
        }
    }

    /// <summary>The lines so far and, if asked, those to come until the run ends.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        var last = new Queue<LogLine>();
        while (true)
        {
            Task more;
            bool ended;
            lock (gate)
            {
                (more, ended) = (changed.Task, complete);
            }

            if (file.Position > file.Length)
            {
                file.Position = 0;
                reader.DiscardBufferedData();
            }

            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                if (Parse(line) is not { } parsed)
                {
                    continue;
                }

                if (tail is null)
                {
                    yield return parsed;
                    continue;
                }

                last.Enqueue(parsed);
                if (last.Count > tail)
                {
                    last.Dequeue();
                }
            }

            tail = null;
            while (last.TryDequeue(out var line))
            {
                yield return line;
            }

            if (!follow || ended)
            {
                yield break;
            }

            await more.WaitAsync(cancellation);
        }
    }

    private static LogLine? Parse(string line)
    {
        var parts = line.Split(' ', 4);
        return parts.Length == 4 && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, out var at) ? new LogLine(at, parts[3]) : null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        var before = changed;
        changed = NewSignal();
        before.SetResult();
    }
}
