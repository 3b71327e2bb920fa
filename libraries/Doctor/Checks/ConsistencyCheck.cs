using System.Text;
using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>What is written is read, listed, replaced and gone at once, several times over. Tempo publishes a block by writing its meta.json last, and trusts that.</summary>
internal sealed class ConsistencyCheck : StoreCheck
{
    private const int Rounds = 4;

    public override CheckDescription Description { get; } = new("TC208", "consistency", "Writing, replacing and deleting, and looking at once each time");

    public override string Fix => "Use a store with strong consistency, and no cache in front of it; else freshly flushed blocks are not found, and deleted ones are asked for.";

    public override IReadOnlyList<StoreRight> Needs => ReadAndWrite;

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rounds = await Task.WhenAll(Enumerable.Range(0, Rounds).Select(round => RoundAsync(examination.Bucket, Key(examination, $"{round}"), round, cancellationToken)));
        var wrong = rounds.SelectMany(round => round).CountBy(what => what).Select(pair => $"{pair.Key} ({pair.Value} of {Rounds} times)").ToList();
        return (wrong.Count == 0
            ? Finding.Pass("what is written, replaced or deleted is read and listed so at once")
            : Finding.Fail($"the store is not consistent: {string.Join("; ", wrong)}", Fix)).With("rounds", $"{Rounds}");
    }

    private static async Task<IReadOnlyList<string>> RoundAsync(S3Bucket bucket, string key, int round, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        void Check(bool holds, string what)
        {
            if (!holds)
            {
                wrong.Add(what);
            }
        }

        byte[] old = Encoding.UTF8.GetBytes($"old {round}");
        byte[] fresh = Encoding.UTF8.GetBytes($"new and longer {round}");
        Check((await bucket.HeadObjectAsync(key, cancellationToken)).Status == 404, "an object is found before it is written");
        (await bucket.PutObjectAsync(key, old, cancellationToken)).Expect(200);
        Check(await ReadsAsync(bucket, key, old, cancellationToken), "a new object is not read");
        Check(await ListedLengthAsync(bucket, key, cancellationToken) == old.Length, "a new object is not listed");
        (await bucket.PutObjectAsync(key, fresh, cancellationToken)).Expect(200);
        Check(await ReadsAsync(bucket, key, fresh, cancellationToken), "a replaced object is read as it was");
        Check(await ListedLengthAsync(bucket, key, cancellationToken) == fresh.Length, "a replaced object is listed as it was");
        (await bucket.DeleteObjectAsync(key, cancellationToken)).Expect(200, 204);
        Check((await bucket.GetObjectAsync(key, cancellationToken)).Status == 404, "a deleted object is still read");
        Check(await ListedLengthAsync(bucket, key, cancellationToken) is null, "a deleted object is still listed");
        return wrong;
    }

    private static async Task<bool> ReadsAsync(S3Bucket bucket, string key, byte[] expected, CancellationToken cancellationToken)
    {
        var answer = await bucket.GetObjectAsync(key, cancellationToken);
        return answer.Status == 200 && answer.Body.AsSpan().SequenceEqual(expected);
    }

    private static async Task<long?> ListedLengthAsync(S3Bucket bucket, string key, CancellationToken cancellationToken) =>
        ObjectPage.Read(await bucket.ListObjectsV2Async(key, cancellationToken)).Objects.FirstOrDefault(item => item.Key == key)?.Size;
}
