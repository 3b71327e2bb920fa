using System.Threading.Channels;
using TempoCos.Contracts;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Runs;

/// <summary>A run, or a destroy, that is under way: what it says goes to the service's console, to its log and to whoever called.</summary>
internal sealed class ActiveRun(string id, IRunDisplay console, ILogger log) : IDisposable
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly Channel<RunReply> _replies = Channel.CreateUnbounded<RunReply>();

    public string Id => id;

    /// <summary>Done when everything is over, clean-up included.</summary>
    public Task<RunFinished> Completion { get; private set; } = null!;

    public IAsyncEnumerable<RunReply> Replies => _replies.Reader.ReadAllAsync(CancellationToken.None);

    public CancellationToken Interrupted => _interrupt.Token;

    public void Begin(Func<ActiveRun, Task<RunFinished>> body)
    {
        Completion = CompleteAsync();

        async Task<RunFinished> CompleteAsync()
        {
            await Task.Yield();
            try
            {
                var finished = await body(this);
                Publish(new RunReply { Finished = finished });
                _replies.Writer.Complete();
                return finished;
            }
            catch (Exception exception)
            {
                console.Say(exception.Message);
                _replies.Writer.Complete(exception);
                throw;
            }
        }
    }

    public void Publish(RunReply reply)
    {
        console.Show(reply);
        RunLog.Write(log, reply);
        _replies.Writer.TryWrite(reply);
    }

    public void Interrupt() => _interrupt.Cancel();

    public void Dispose() => _interrupt.Dispose();
}
