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

    public IAsyncEnumerable<LogLine> FollowAsync() => _feed.FollowAsync();
}
