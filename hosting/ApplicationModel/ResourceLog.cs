using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

internal sealed class ResourceLog
{
    private const int Limit = 5000;
    private readonly Queue<LogLine> _lines = new();
    private readonly Feed<LogLine> _feed;
    private int _count;

    public ResourceLog() => _feed = new Feed<LogLine>(() => _lines);

    public int Count => _lines.Count;

    /// <summary>A line of the AppHost itself about the resource.</summary>
    public void Note(string text, bool isError = false) =>
        Append($"{DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} [sys] {text}", isError);

    public void Append(string content, bool isError)
    {
        lock (_feed.Lock)
        {
            var line = new LogLine(++_count, content, isError);
            _lines.Enqueue(line);
            if (_lines.Count > Limit)
            {
                _lines.Dequeue();
            }

            _feed.Tell(line);
        }
    }

    /// <summary>The lines kept that came after as many others.</summary>
    public IReadOnlyList<LogLine> After(int count)
    {
        lock (_feed.Lock)
        {
            return [.. _lines.Where(line => line.LineNumber > count)];
        }
    }

    /// <summary>How many have come in all.</summary>
    public int Last
    {
        get
        {
            lock (_feed.Lock)
            {
                return _count;
            }
        }
    }

    public IAsyncEnumerable<LogLine> FollowAsync() => _feed.FollowAsync();
}
