namespace TempoCos.CosProvisioner.ObjectStorage.Emptying;

/// <summary>
/// How many requests may be under way at once. When the store says that it is too much, half as many; after some that went well, one more again. Code deep
/// below finds it as <see cref="Current"/>.
/// </summary>
internal sealed class RequestPace
{
    private const int RaisedAfter = 4;
    private static readonly AsyncLocal<RequestPace?> Ambient = new();

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private readonly TimeProvider _time;
    private readonly int _most;
    private int _limit;
    private int _underWay;
    private int _inARow;
    private long _slowedAt = long.MinValue;
    private DateTimeOffset _notBefore;

    public RequestPace(int most, TimeProvider time)
    {
        _time = time;
        _most = most;
        _limit = most;
    }

    public static RequestPace? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public int Limit
    {
        get
        {
            lock (_gate)
            {
                return _limit;
            }
        }
    }

    /// <summary>How often the store had it lowered.</summary>
    public int Slowed { get; private set; }

    /// <summary>Sends when it is this request's turn.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken);
        try
        {
            await PauseAsync(cancellationToken);
            var answer = await send();
            Succeeded();
            return answer;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The store turned a request away that was sent at <paramref name="sent"/>. Requests from before the last slowing-down do not slow down once more.</summary>
    /// <param name="sent">Timestamp of the time provider.</param>
    /// <param name="retryAfter">Until then nothing is sent at all.</param>
    public void Slow(long sent, TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            if (sent >= _slowedAt)
            {
                _limit = Math.Max(1, _limit / 2);
                _slowedAt = _time.GetTimestamp();
                Slowed++;
            }

            _inARow = 0;
            if (retryAfter is { } wait && _time.GetUtcNow() + wait is var until && until > _notBefore)
            {
                _notBefore = until;
            }
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_underWay < _limit)
            {
                _underWay++;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        await using var cancelled = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan left;
            lock (_gate)
            {
                left = _notBefore - _time.GetUtcNow();
            }

            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, _time, cancellationToken);
        }
    }

    private void Succeeded()
    {
        lock (_gate)
        {
            if (_limit < _most && ++_inARow >= RaisedAfter)
            {
                _inARow = 0;
                _limit++;
                Admit();
            }
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _underWay--;
            Admit();
        }
    }

    private void Admit()
    {
        while (_underWay < _limit && _waiting.TryDequeue(out var turn))
        {
            // One that was cancelled meanwhile has left the queue.
            if (turn.TrySetResult())
            {
                _underWay++;
            }
        }
    }
}
