using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>Bytes come back as they went: whole, in ranges, with right lengths and a right ETag. Tempo reads a block's pages by ranges only.</summary>
internal sealed class IntegrityCheck : StoreCheck
{
    private const int Length = (256 << 10) + 7;
    private static readonly byte[] Data = Sample.Bytes(Length, 209);

    public override CheckDescription Description { get; } = new("TC209", "integrity", "Reading an object whole and in ranges");

    public override string Fix => "Something changes what is stored or sent: try without the proxy or cache between here and the store, then report it to the store's operator.";

    public override IReadOnlyList<StoreRight> Needs => ReadAndWrite;

    [SuppressMessage("Security", "CA5351", Justification = "S3 prescribes the algorithm of an ETag.")]
    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var (bucket, key) = (examination.Bucket, Key(examination, "object"));
        var written = (await bucket.PutObjectAsync(key, Data, cancellationToken)).Expect(200);
        var whole = (await bucket.GetObjectAsync(key, cancellationToken)).Expect(200);
        var head = (await bucket.HeadObjectAsync(key, cancellationToken)).Expect(200);
        var wrong = new List<string>();
        var odd = new List<string>();
        Add(wrong, whole.Body.Length == Length, $"{Length} bytes were written and {whole.Body.Length} are read");
        Add(wrong, whole.Body.Length != Length || whole.Body.AsSpan().SequenceEqual(Data), "bytes are read back changed");
        Add(wrong, head.Header("content-length") == $"{Length}", $"HEAD announces {head.Header("content-length")} bytes");

        foreach (var (range, from, count) in new[] { ("0-0", 0, 1), ("100-299", 100, 200), ($"{Length - 20}-", Length - 20, 20), ("-16", Length - 16, 16), ("65000-131999", 65000, 67000), ($"{Length - 5}-{Length + 5000}", Length - 5, 5) })
        {
            var part = await bucket.GetRangeAsync(key, range, cancellationToken);
            Add(wrong, part.Status == 206 && part.Body.AsSpan().SequenceEqual(Data.AsSpan(from, count)), $"the range {range} is answered with {part.Outcome} and {part.Body.Length} bytes");
            Add(odd, part.Status != 206 || part.Header("content-range") == $"bytes {from}-{from + count - 1}/{Length}", $"the range {range} is announced as {part.Header("content-range") ?? "nothing"}");
        }

        var beyond = await bucket.GetRangeAsync(key, $"{Length}-{Length + 10}", cancellationToken);
        Add(odd, beyond.Status == 416, $"a range beyond the end is answered with {beyond.Outcome} instead of 416");

        var (etag, md5) = ((written.Header("etag") ?? "").Trim('"'), Convert.ToHexStringLower(MD5.HashData(Data)));
        var promised = !IsEncryptedByKey(written);
        Add(odd, !promised || etag == md5, $"the ETag {etag} is not the MD5 of the bytes");
        Add(odd, (head.Header("etag") ?? "").Trim('"') == etag && (whole.Header("etag") ?? "").Trim('"') == etag, "PUT, HEAD and GET name different ETags");
        Add(odd, (await bucket.GetObjectAsync(key, cancellationToken, ("if-none-match", $"\"{etag}\""))).Status == 304, "If-None-Match with the object's ETag is not answered with 304");
        Add(odd, (await bucket.GetObjectAsync(key, cancellationToken, ("if-match", $"\"{new string('0', 32)}\""))).Status == 412, "If-Match with another ETag is not answered with 412");

        var finding = wrong.Count > 0 ? Finding.Fail($"what is read is not what was written: {string.Join("; ", wrong.Concat(odd))}", Fix)
            : odd.Count > 0 ? Finding.Warn($"bytes are right, but {string.Join("; ", odd)}", "Tempo does not depend on it; clients that compare ETags or ask conditionally do.")
            : Finding.Pass("bytes, lengths, ranges and ETags are exact");
        return finding.With("etag", promised ? $"{etag} (MD5 {md5})" : $"{etag} (encrypted with a key of its own: MD5 is not promised)");
    }

    private static void Add(List<string> list, bool holds, string what)
    {
        if (!holds)
        {
            list.Add(what);
        }
    }

    private static bool IsEncryptedByKey(S3Answer answer) => answer.Header("x-amz-server-side-encryption") is "aws:kms" or "aws:kms:dsse" || answer.Header("ibm-sse-kp-enabled") is not null;
}
