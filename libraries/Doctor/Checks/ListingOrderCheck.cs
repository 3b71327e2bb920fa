using System.Text;
using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>
/// Listings as Tempo's poller relies on them: sorted, complete over pages, and beginning after the key that was named. Since Tempo divides the space of
/// block ids and asks for each part by <c>start-after</c>, a store that is free with the order makes it stop with <c>block UUID below shard minimum</c>.
/// </summary>
internal sealed class ListingOrderCheck : StoreCheck
{
    private const int Blocks = 21;
    private const int Shards = 3;
    private const int PageKeys = 7;
    private const string Delimiter = ".";
    private const string OnlyOthers = "only keys beyond ASCII are out of order";

    // In UTF-8 order the last comes last, in UTF-16 order it does not; Tempo has no such keys.
    private static readonly string[] Others = ["A", "~", "\u00e9", "\uff5e", "\U0001f600"];

    public override CheckDescription Description { get; } = new("TC206", "listing-order", "Listing canary objects page by page and shard by shard");

    public override string Fix => "Set storage.trace.s3.list_blocks_concurrency to 1 (in the TempoStack under spec.extraConfig.tempo) where only start-after is wrong; else Tempo's polling cannot work on this store.";

    public override IReadOnlyList<StoreRight> Needs => ReadAndWrite;

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var bucket = examination.Bucket;
        var prefix = Key(examination, "");
        var ids = Enumerable.Range(0, Blocks).Select(index => new Guid(Sample.Bytes(16, 206 + index)).ToString("d")).Order(StringComparer.Ordinal).ToList();
        var blocks = ids.Select(id => $"{prefix}{id}{Delimiter}meta").ToList();
        var all = blocks.Concat(Others.Select(name => $"{prefix}{name}{Delimiter}meta")).OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))).ToList();
        await Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (key, token) => (await bucket.PutObjectAsync(key, Encoding.UTF8.GetBytes(key), token)).Expect(200));

        var first = Encoding.UTF8.GetByteCount(prefix);
        var middle = all[all.Count / 2];
        var questions = new (string Name, Func<Task<IReadOnlyList<string>>> Ask, IReadOnlyList<string> Expected)[]
        {
            ("version 1, by marker", () => PagesV1Async(bucket, prefix, "", cancellationToken), all),
            ("version 2, by token", () => PagesV2Async(bucket, prefix, null, cancellationToken), all),
            ("version 2, start-after", () => PagesV2Async(bucket, prefix, middle, cancellationToken), [.. all.SkipWhile(key => key != middle).Skip(1)]),
            ("version 2, by shards", () => ShardsAsync(bucket, prefix, cancellationToken), blocks),
            ("common prefixes", () => PagesV1Async(bucket, prefix, Delimiter, cancellationToken), [.. all.Select(key => key[..(key.IndexOf(Delimiter, first, StringComparison.Ordinal) + 1)])]),
        };
        var answers = await Task.WhenAll(questions.Select(async question => (question.Name, Wrong: Difference(await question.Ask(), question.Expected))));
        var wrong = answers.Where(answer => answer.Wrong is not null).ToList();
        var finding = wrong.Count == 0
            ? Finding.Pass($"{all.Count} keys are listed in order and completely, by marker, by token, by start-after, by shards and by common prefix")
            : wrong.TrueForAll(answer => answer.Wrong == OnlyOthers)
                ? Finding.Warn("keys that are not ASCII are listed in another order than that of UTF-8", "Tempo has no such keys; use tenant ids of ASCII letters.")
                : Finding.Fail($"listings are not as Tempo's poller needs them: {string.Join("; ", wrong.Select(answer => $"{answer.Name}: {answer.Wrong}"))}", Fix);
        return finding.With(answers.Select(answer => KeyValuePair.Create(answer.Name, answer.Wrong ?? "ok")));
    }

    private static string? Difference(IReadOnlyList<string> listed, IReadOnlyList<string> expected)
    {
        if (listed.SequenceEqual(expected, StringComparer.Ordinal))
        {
            return null;
        }

        var missing = expected.Except(listed, StringComparer.Ordinal).Count();
        var surplus = listed.Except(expected, StringComparer.Ordinal).Count();
        return missing > 0 ? $"{missing} of {expected.Count} keys are missing"
            : surplus > 0 ? $"{surplus} keys are listed that are before the beginning that was asked for"
            : listed.Count > expected.Count ? "keys are listed twice"
            : listed.Where(IsAscii).SequenceEqual(expected.Where(IsAscii), StringComparer.Ordinal) ? OnlyOthers
            : "keys are not in order";
    }

    private static async Task<IReadOnlyList<string>> PagesV1Async(S3Bucket bucket, string prefix, string delimiter, CancellationToken cancellationToken)
    {
        var (keys, marker) = (new List<string>(), "");
        while (keys.Count <= 2 * (Blocks + Others.Length))
        {
            var page = ObjectPage.Read(await bucket.ListObjectsAsync(prefix, delimiter, marker, PageKeys, cancellationToken));
            var found = delimiter.Length > 0 ? page.CommonPrefixes : [.. page.Objects.Select(item => item.Key)];
            keys.AddRange(found);
            if (!page.IsTruncated || found.Count == 0)
            {
                break;
            }

            marker = page.NextMarker ?? found[^1];
        }

        return keys;
    }

    private static async Task<IReadOnlyList<string>> PagesV2Async(S3Bucket bucket, string prefix, string? startAfter, CancellationToken cancellationToken)
    {
        var (keys, token) = (new List<string>(), (string?)null);
        while (keys.Count <= 2 * (Blocks + Others.Length))
        {
            var page = ObjectPage.Read(await bucket.ListObjectsV2Async(prefix, cancellationToken, PageKeys, token is null ? startAfter : null, token));
            keys.AddRange(page.Objects.Select(item => item.Key));
            token = page.NextToken;
            if (!page.IsTruncated || token is null)
            {
                break;
            }
        }

        return keys;
    }

    // As Tempo's poller: each shard begins after its least id and ends at the first key of the next.
    private static async Task<IReadOnlyList<string>> ShardsAsync(S3Bucket bucket, string prefix, CancellationToken cancellationToken)
    {
        var shards = await Task.WhenAll(Enumerable.Range(0, Shards).Select(async shard =>
        {
            var (least, beyond) = ($"{prefix}{Bound(shard)}", shard + 1 < Shards ? $"{prefix}{Bound(shard + 1)}" : $"{prefix}g");
            var page = ObjectPage.Read(await bucket.ListObjectsV2Async(prefix, cancellationToken, startAfter: least));
            return page.Objects.Select(item => item.Key).TakeWhile(key => string.CompareOrdinal(key, beyond) < 0).Where(key => key[prefix.Length] is not ('A' or '~'));
        }));
        return [.. shards.SelectMany(keys => keys)];
    }

    private static bool IsAscii(string key) => Ascii.IsValid(key);

    private static string Bound(int shard) => shard == 0 ? "00000000-0000-0000-0000-000000000000" : $"{(byte)(shard * 256 / Shards):x2}000000-0000-0000-0000-000000000000";
}
