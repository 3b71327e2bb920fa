using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>Asks for each of many ids until it is found or the deadline passes, several at once.</summary>
internal sealed class IdHunt(IOptions<VerifierOptions> options)
{
    /// <param name="ids">To be found.</param>
    /// <param name="ask">True when the id was found.</param>
    /// <param name="deadline">Ends the hunt; each id is asked for at least once.</param>
    /// <param name="progress">Gets the number of found ids after each round that was not the last.</param>
    /// <param name="ct">Ends the hunt at once.</param>
    public async Task<HuntResult> RunAsync(
        IReadOnlyList<TraceId16> ids, Func<TraceId16, CancellationToken, Task<bool>> ask, Deadline deadline, Func<int, Task> progress, CancellationToken ct)
    {
        var found = new ConcurrentDictionary<TraceId16, TimeSpan>();
        string? error = null;
        var left = ids;
        while (true)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = ct };
            await Parallel.ForEachAsync(left, parallel, async (id, stop) =>
            {
                try
                {
                    if (await ask(id, stop))
                    {
                        found[id] = deadline.Elapsed;
                    }
                }
                catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
                {
                    error = exception.Message.TrimEnd('.');
                }
            });
            var before = left.Count;
            left = [.. left.Where(id => !found.ContainsKey(id))];
            if (left.Count == 0)
            {
                return new HuntResult(found, left, null);
            }

            if (left.Count < before)
            {
                deadline.Quicken();
            }

            await progress(found.Count);
            if (!await deadline.PauseAsync(ct))
            {
                return new HuntResult(found, left, error);
            }
        }
    }
}
