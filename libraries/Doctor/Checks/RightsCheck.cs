using TempoCos.Contracts;
using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>Everything that Tempo does to objects, on one canary, under its own prefix: what is missing shows now and not at the first flush.</summary>
internal sealed class RightsCheck : StoreCheck
{
    private const string Text = "tempocos canary";

    public override CheckDescription Description { get; } = new("TC203", "rights", "Writing, reading, listing, tagging and deleting a canary object");

    public override string Fix => "Give the key the role Writer on the instance or the bucket.";

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (examination.Missing([StoreRight.Delete]) is { } locked)
        {
            return Finding.Skip(locked);
        }

        var (bucket, key) = (examination.Bucket, Key(examination, "canary"));
        var asked = new List<(StoreRight Right, string Action, S3Answer Answer)>();
        async Task<bool> AskAsync(StoreRight right, string action, Task<S3Answer> request)
        {
            var answer = await request;
            asked.Add((right, action, answer));
            return answer.IsSuccess;
        }

        var written = await AskAsync(StoreRight.Write, "PutObject", bucket.PutObjectAsync(key, System.Text.Encoding.UTF8.GetBytes(Text), cancellationToken));
        await AskAsync(StoreRight.List, "ListBucket", bucket.ListObjectsV2Async(key, cancellationToken));
        if (written)
        {
            await AskAsync(StoreRight.Read, "GetObject", bucket.GetObjectAsync(key, cancellationToken));
            await AskAsync(StoreRight.Read, "GetObject (range)", bucket.GetRangeAsync(key, "0-3", cancellationToken));
            await AskAsync(StoreRight.Read, "HeadObject", bucket.HeadObjectAsync(key, cancellationToken));
            await AskAsync(StoreRight.Tag, "PutObjectTagging", bucket.PutObjectTaggingAsync(key, "tempocos", "canary", cancellationToken));
            await AskAsync(StoreRight.Tag, "GetObjectTagging", bucket.GetObjectTaggingAsync(key, cancellationToken));
        }

        var deleted = await AskAsync(StoreRight.Delete, "DeleteObject", bucket.DeleteObjectAsync(key, cancellationToken));
        var refused = asked.Where(item => !item.Answer.IsSuccess).ToList();
        foreach (var item in refused)
        {
            examination.Lacks(item.Right, $"not asked, since {Description.Id} {Description.Name} failed: {item.Action} is refused");
        }

        return Conclude(refused)
            .With(asked.Select(item => KeyValuePair.Create(item.Action, item.Answer.Outcome)))
            .With("left_behind", written && !deleted ? key : null);
    }

    private static Finding Conclude(List<(StoreRight Right, string Action, S3Answer Answer)> refused)
    {
        if (refused.Count == 0)
        {
            return Finding.Pass("the key may write, read, list, tag and delete objects");
        }

        var actions = string.Join(", ", refused.Select(item => $"{item.Action} ({item.Answer.Outcome})"));
        return refused.TrueForAll(item => item.Right == StoreRight.Tag)
            ? Finding.Warn($"objects cannot be tagged: {actions}", "Leave storage.trace.s3.tags unset, or give the key a role that may tag, such as Writer.").With("missing", actions)
            : new Finding(CheckSeverity.Fail, $"the key may not {Verbs(refused)}: {actions}", $"{Advice([.. refused.Select(item => item.Right)])} Writer may do all of this.").With("missing", actions);
    }

    private static string Verbs(IEnumerable<(StoreRight Right, string Action, S3Answer Answer)> refused) =>
        string.Join(", ", refused.Select(item => item.Right.ToString().ToLowerInvariant()).Distinct());

    private static string Advice(HashSet<StoreRight> missing) =>
        missing.Contains(StoreRight.Write) && missing.Contains(StoreRight.Delete) && !missing.Contains(StoreRight.Read) ? "This looks like the role Reader, Content Reader or Object Reader."
        : missing.Contains(StoreRight.List) && !missing.Contains(StoreRight.Write) ? "This looks like the role Object Writer, which only uploads."
        : missing.Contains(StoreRight.Delete) && missing.Count == 1 ? "Without deletion compaction and retention fail, and blocks pile up."
        : "Look also for a firewall or a policy of the bucket.";
}
