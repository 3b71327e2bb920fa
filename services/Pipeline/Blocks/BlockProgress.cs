namespace TempoCos.Pipeline.Blocks;

/// <summary>One line on standard error that says what is under way, once it takes more than a second; only on a terminal.</summary>
internal sealed class BlockProgress(TextWriter writer, bool isShown) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly Lock _lock = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private TimeSpan _last = TimeSpan.Zero;
    private bool _isDirty;

    public void Say(string what)
    {
        if (!isShown)
        {
            return;
        }

        lock (_lock)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(_start);
            if (elapsed < Patience || elapsed - _last < Interval)
            {
                return;
            }

            _last = elapsed;
            _isDirty = true;
            writer.Write($"\r{what} …\e[K");
            writer.Flush();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            if (_isDirty)
            {
                _isDirty = false;
                writer.Write("\r\e[K");
                writer.Flush();
            }
        }
    }

    public void Dispose() => Clear();
}
