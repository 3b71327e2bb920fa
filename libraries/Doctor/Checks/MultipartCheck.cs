using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>A block as Tempo writes it: parts of at least 5 MiB and of any length, and a short tail. And uploads that nobody finished, which cost until they are aborted.</summary>
internal sealed class MultipartCheck : StoreCheck
{
    private const int Smallest = 5 << 20;
    private const int Border = 1000;
    private static readonly int[] Unequal = [Smallest, Smallest + 77_777, 4321];
    private static readonly int[] Equal = [Smallest, Smallest, 4321];

    public override CheckDescription Description { get; } = new("TC205", "multipart", "Uploading an object in parts of unequal length");

    public override string Fix => "Blocks larger than one part cannot be written to this store: use another one, or a newer version of it.";

    public override IReadOnlyList<StoreRight> Needs => ReadAndWrite;

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var finding = await UploadAsync(examination, "unequal", Unequal, cancellationToken) switch
        {
            null => Finding.Pass("parts of 5 MiB and more, of unequal length, with a short tail, make one object"),
            var unequal when await UploadAsync(examination, "equal", Equal, cancellationToken) is null => Finding.Fail(
                $"parts must all have the same length: {unequal}",
                "Set storage.trace.s3.part_size to 5242880 or more (in the TempoStack under spec.extraConfig.tempo), and let runs pass with --ignore TC205."),
            var unequal => Finding.Fail($"an object in parts fails: {unequal}", Fix),
        };
        return finding.Fix.Length > 0 ? finding : await LookForDanglingAsync(examination, finding, cancellationToken);
    }

    /// <returns>Null when all went well, else what did not.</returns>
    private async Task<string?> UploadAsync(Examination examination, string name, int[] lengths, CancellationToken cancellationToken)
    {
        var (bucket, key) = (examination.Bucket, Key(examination, name));
        var buffer = Sample.Bytes(lengths.Max(), 205);
        var mode = examination.Wire.IsTls ? PayloadMode.Unsigned : PayloadMode.SignedChunks;
        try
        {
            var upload = await bucket.CreateUploadAsync(key, cancellationToken);
            var parts = new List<UploadedPart>();
            foreach (var (index, length) in lengths.Index())
            {
                var answer = (await bucket.UploadPartAsync(key, upload, index + 1, buffer.AsMemory(0, length), cancellationToken, mode)).Expect(200);
                parts.Add(new UploadedPart(index + 1, length, (answer.Header("etag") ?? "").Trim('"')));
            }

            if (Difference(parts, await bucket.ListPartsAsync(key, upload, cancellationToken)) is { } difference)
            {
                return difference;
            }

            (await bucket.CompleteUploadAsync(key, upload, parts, cancellationToken)).Expect(200);
            return await ReadBackAsync(bucket, key, buffer, lengths, cancellationToken);
        }
        catch (UnexpectedAnswerException unexpected)
        {
            return unexpected.Message;
        }
    }

    private static string? Difference(IReadOnlyList<UploadedPart> sent, IReadOnlyList<UploadedPart> listed) => sent.SequenceEqual(listed)
        ? null
        : $"the list of parts is not what was sent: {string.Join(", ", listed.Select(part => $"{part.Number}: {part.Size} bytes"))}";

    // The length, and both sides of each border between parts: where a store mixes parts up, it shows there.
    private static async Task<string?> ReadBackAsync(S3Bucket bucket, string key, byte[] buffer, int[] lengths, CancellationToken cancellationToken)
    {
        var head = (await bucket.HeadObjectAsync(key, cancellationToken)).Expect(200);
        if (head.Header("content-length") != $"{lengths.Sum()}")
        {
            return $"the object is {head.Header("content-length")} bytes long instead of {lengths.Sum()}";
        }

        var start = 0;
        foreach (var (index, length) in lengths.Index())
        {
            var tail = index + 1 < lengths.Length ? Border : 0;
            var from = Math.Max(0, length - Border);
            byte[] expected = [.. buffer.AsSpan(from, length - from), .. buffer.AsSpan(0, tail)];
            var answer = (await bucket.GetRangeAsync(key, $"{start + from}-{start + length + tail - 1}", cancellationToken)).Expect(206);
            if (!answer.Body.AsSpan().SequenceEqual(expected))
            {
                return $"the object is read back changed near the end of part {index + 1}";
            }

            start += length;
        }

        return null;
    }

    private static async Task<Finding> LookForDanglingAsync(Examination examination, Finding finding, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow + (examination.Wire.Record.ClockOffset ?? TimeSpan.Zero);
        var dangling = (await examination.Bucket.ListUploadsAsync(examination.TempoPrefix, cancellationToken))?
            .Where(upload => !upload.Key.StartsWith(examination.Canary.AnyPrefix, StringComparison.Ordinal) && now - upload.Initiated > examination.Options.DanglingAfter)
            .ToList();
        return dangling is { Count: > 0 }
            ? Finding.Warn(
                $"{dangling.Count}{(dangling.Count == 1000 ? " or more" : "")} uploads were begun more than {examination.Options.DanglingAfter.TotalMinutes:0} min ago and never finished: their parts are billed",
                "Give the bucket a lifecycle rule AbortIncompleteMultipartUpload with DaysAfterInitiation 1, which removes them too.")
                .With("oldest", $"{dangling.Min(upload => upload.Initiated):u}").With("example", dangling[0].Key)
            : finding.With("dangling_uploads", dangling is null ? "the store does not list uploads" : "0");
    }
}
