using System.Globalization;
using System.Runtime.CompilerServices;

namespace TempoCos.Cluster.Kubelet.Logs;

/// <summary>
/// What one run of a container wrote: files of <c>TIME STREAM F TEXT</c> lines (<c>P</c> where a line goes on), as container runtimes keep it.
/// A file that is full becomes the older one, and what was older goes, so that a log never takes more than two files.
/// </summary>
public sealed class ContainerLog : IDisposable
{
    public const long DefaultLimit = 10 << 20;
    private const string OlderSuffix = ".1";

    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private readonly long limit;
    private StreamWriter writer;
    private TaskCompletionSource changed = NewSignal();
    private int rotations;
    private bool complete;

    public ContainerLog(string path, TimeProvider time, long limit = DefaultLimit)
    {
        (this.path, this.time, this.limit) = (path, time, limit);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writer = NewFile();
    }

    private ContainerLog(string path)
    {
        (this.path, time, writer, complete) = (path, TimeProvider.System, StreamWriter.Null, true);
    }

    /// <summary>The log of a run that ended in an earlier life of the cluster, or null.</summary>
    public static ContainerLog? Ended(string path) => File.Exists(path) ? new ContainerLog(path) : null;

    public void Append(string stream, string text, bool complete)
    {
        lock (gate)
        {
            if (this.complete)
            {
                return;
            }

            if (writer.BaseStream.Position > limit)
            {
                writer.Dispose();
                File.Move(path, path + OlderSuffix, overwrite: true);
                writer = NewFile();
                rotations++;
            }

            writer.Write(time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            writer.Write($" {stream} {(complete ? 'F' : 'P')} {text}\n");
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

    public void Delete()
    {
        Dispose();
        File.Delete(path);
        File.Delete(path + OlderSuffix);
    }

    /// <summary>The lines so far and, if asked, those to come until the run ends.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = new Queue<LogLine>();
        var files = Open();
        try
        {
            while (true)
            {
                var (more, ended, rotated, length) = Now(files.Rotations);
                await foreach (var line in LogFile.LinesAsync(files.Older, files.Older?.Length ?? 0, cancellation)
                    .Concat(LogFile.LinesAsync(files.Current, length, cancellation)).WithCancellation(cancellation))
                {
                    if (tail is null)
                    {
                        yield return line;
                        continue;
                    }

                    last.Enqueue(line);
                    if (last.Count > tail)
                    {
                        last.Dequeue();
                    }
                }

                if (rotated)
                {
                    files.Older?.Dispose();
                    files = OpenNext(files.Current);
                    continue;
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
        finally
        {
            files.Older?.Dispose();
            files.Current.Dispose();
        }
    }

    /// <summary>The end of the log, for the message of a container that failed.</summary>
    public async Task<string> EndAsync(int lines, int characters)
    {
        var text = new System.Text.StringBuilder();
        await foreach (var line in ReadAsync(lines, follow: false, CancellationToken.None))
        {
            text.Append(line.Text);
            if (line.Complete)
            {
                text.Append('\n');
            }
        }

        return text.Length <= characters ? text.ToString() : text.ToString(text.Length - characters, characters);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StreamWriter NewFile() => new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>
    /// Whole lines only are looked at: up to where the file ended while nobody wrote. After a rotation what was current is read to its end first.
    /// </summary>
    private (Task More, bool Ended, bool Rotated, long Length) Now(int seen)
    {
        lock (gate)
        {
            var rotated = rotations != seen;
            return (changed.Task, complete, rotated, rotated || complete ? long.MaxValue : writer.BaseStream.Position);
        }
    }

    private (FileStream? Older, FileStream Current, int Rotations) Open()
    {
        lock (gate)
        {
            return (File.Exists(path + OlderSuffix) ? LogFile.Open(path + OlderSuffix) : null, LogFile.Open(path), rotations);
        }
    }

    private (FileStream? Older, FileStream Current, int Rotations) OpenNext(FileStream read)
    {
        lock (gate)
        {
            return (read, LogFile.Open(path), rotations);
        }
    }

    private void Signal()
    {
        var before = changed;
        changed = NewSignal();
        before.SetResult();
    }
}
