namespace TempoCos.Tempo.Ingester;

/// <summary>Says once when the log cannot be written any more, and once when it can again: a full disk refuses hundreds of requests a second.</summary>
public sealed partial class WalHealth(ILogger logger)
{
    private int _failing;

    public void Failed(string path, Exception exception)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 0)
        {
            Log.Failed(logger, path, exception.Message);
        }
    }

    public void Worked()
    {
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1)
        {
            Log.Works(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "TC925: the write-ahead log in {Path} cannot be written: {Reason}. Free space or make the directory writable; until then senders are told to try again.")]
        public static partial void Failed(ILogger logger, string path, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "the write-ahead log can be written again")]
        public static partial void Works(ILogger logger);
    }
}
