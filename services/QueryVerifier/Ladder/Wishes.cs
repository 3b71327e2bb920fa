using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>What a rung asks of the verifier's caller, who has a hand on the cluster.</summary>
internal sealed class Wishes(IAsyncStreamReader<VerifyInput> inputs, Func<Wish, Task> send)
{
    /// <exception cref="WishRefusedException">They were not taken away.</exception>
    public async Task<IngestersLost> LoseIngestersAsync(CancellationToken ct) =>
        await AskAsync(new Wish { LoseIngesters = new LoseIngesters() }, "to take the ingesters away", input => input.IngestersLost, ct);

    /// <exception cref="WishRefusedException">It was not shortened.</exception>
    public async Task<RetentionShortened> ShortenRetentionAsync(TimeSpan blocks, TimeSpan compactedBlocks, CancellationToken ct) => await AskAsync(
        new Wish { ShortenRetention = new ShortenRetention { Blocks = blocks.ToDuration(), CompactedBlocks = compactedBlocks.ToDuration() } }, "to shorten the retention",
        input => input.RetentionShortened, ct);

    private async Task<T> AskAsync<T>(Wish wish, string what, Func<VerifyInput, T?> take, CancellationToken ct)
        where T : class
    {
        await send(wish);
        return !await inputs.MoveNext(ct) ? throw new WishRefusedException($"nobody was there {what}")
            : take(inputs.Current) ?? throw new WishRefusedException($"whoever was asked {what} did not: {(inputs.Current.Refusal?.Reason is { Length: > 0 } reason ? reason : "another answer came").TrimEnd('.')}");
    }
}
