using System.Net;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Ledger;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// Creates something whose creation is not idempotent. The intent is on the disk before the request is sent; when the answer is lost or asks to come
/// back later, it looks whether the thing is there before it asks again. A creation that is under way is never cancelled, here and in the other steps:
/// it could come into effect after a clean-up that did not find it. Each attempt is bounded by <see cref="RetryHandler"/>.
/// </summary>
internal sealed class Creation(Waiting waiting, TimeProvider time)
{
    private const int Attempts = 5;

    // Lists lag behind creations.
    private static readonly TimeSpan ShowsUpWithin = TimeSpan.FromSeconds(5);

    public async Task<T> RunAsync<T>(
        RunLedger ledger,
        LedgerEntryDraft entry,
        Func<Task<T?>> find,
        Func<Task<T>> create,
        Func<T, string> id,
        CancellationToken cancellationToken)
        where T : class
    {
        ledger.Intend(entry.Kind, entry.Name, entry.Place);
        try
        {
            var made = await CreateAsync(entry, find, create, cancellationToken);
            ledger.Created(entry.Kind, entry.Name, id(made));
            return made;
        }
        catch (CloudApiException refused) when (!refused.IsTransient)
        {
            ledger.Removed(entry.Kind, entry.Name);
            throw;
        }
    }

    private async Task<T> CreateAsync<T>(LedgerEntryDraft entry, Func<Task<T?>> find, Func<Task<T>> create, CancellationToken cancellationToken)
        where T : class
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(8));
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan mayTake;
            TimeSpan delay;
            try
            {
                return await create();
            }
            catch (CloudApiException busy) when (busy.IsTransient && attempt < Attempts)
            {
                var wasTurnedAway = busy.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                mayTake = wasTurnedAway ? TimeSpan.Zero : ShowsUpWithin;
                delay = busy.RetryAfter ?? backoff.Next();
            }
            catch (EndpointUnreachableException) when (attempt < Attempts)
            {
                mayTake = ShowsUpWithin;
                delay = backoff.Next();
            }

            StepScope.Current?.Say($"No clear answer to the creation of {entry.Kind} {entry.Name}; looking whether it is there");
            await Task.Delay(delay, time, cancellationToken);
            if (await waiting.ForAsync($"{entry.Kind} {entry.Name} to show up", mayTake, find, cancellationToken) is { } made)
            {
                return made;
            }
        }
    }
}
