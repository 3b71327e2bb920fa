using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>
/// Which ways to frame, sign and checksum a body the store takes, whole and in parts; each is read back, since a store that does not know chunks keeps
/// their frames. Tempo's own way must work; of the others clients beside Tempo may depend.
/// </summary>
internal sealed class PayloadModesCheck : StoreCheck
{
    private const int Bytes = (64 << 10) + 4321;
    private static readonly byte[] Data = Sample.Bytes(Bytes, 204);

    public override CheckDescription Description { get; } = new("TC204", "payload-modes", "Uploading in every payload and checksum mode");

    public override string Fix => "Tempo cannot choose another mode: use a store, or a version of it, that takes this one, or remove what rewrites requests on the way.";

    public override IReadOnlyList<StoreRight> Needs => ReadAndWrite;

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rows = PayloadCase.Of(examination.Wire.IsTls).ToList();
        var outcomes = await Task.WhenAll(rows.Select(async (row, index) => (
            Row: row,
            Single: await SingleAsync(examination, row, Key(examination, $"{index}-single"), cancellationToken),
            Multipart: await MultipartAsync(examination, row, Key(examination, $"{index}-multipart"), cancellationToken))));

        var refused = outcomes.Where(outcome => outcome.Single != "ok" || outcome.Multipart != "ok").ToList();
        var tempo = refused.Find(outcome => outcome.Row.AsMinio);
        var unsignedType = tempo.Row is not null && refused.TrueForAll(outcome => outcome.Row.AsMinio || outcome.Row.Mode != tempo.Row.Mode);
        var finding = refused.Count == 0 ? Finding.Pass($"all {rows.Count} payload modes work, whole and in parts")
            : tempo.Row is null ? Finding.Warn(
                $"Tempo's own way works, but not {string.Join(", ", refused.Select(outcome => outcome.Row.Name))}",
                $"For other clients of this store: {string.Join("; ", refused.Select(outcome => outcome.Row.Switch).Distinct())}.")
            : Finding.Fail(
                $"the store does not take objects as Tempo sends them ({Mode(tempo.Row)}{(unsignedType ? ", Content-Type not signed" : "")}): {(tempo.Single != "ok" ? tempo.Single : tempo.Multipart)}",
                Fix);
        return finding.With(outcomes.Select(outcome => KeyValuePair.Create(
            $"{outcome.Row.Name}{(outcome.Row.AsMinio ? $" ({Mode(outcome.Row)})" : "")}",
            outcome.Single == outcome.Multipart ? outcome.Single : $"whole: {outcome.Single}; in parts: {outcome.Multipart}")));
    }

    private static string Mode(PayloadCase row) => row.Mode == PayloadMode.Unsigned ? "UNSIGNED-PAYLOAD" : "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

    private static async Task<string> SingleAsync(Examination examination, PayloadCase row, string key, CancellationToken cancellationToken)
    {
        var written = await examination.Bucket.PutObjectAsync(key, Data, cancellationToken, row.Mode, row.AsMinio);
        return written.IsSuccess ? await ReadBackAsync(examination, key, cancellationToken) : Refusal(written);
    }

    private static async Task<string> MultipartAsync(Examination examination, PayloadCase row, string key, CancellationToken cancellationToken)
    {
        var algorithm = row.Mode is PayloadMode.HeaderCrc32 or PayloadMode.SignedTrailer or PayloadMode.UnsignedTrailer;
        var upload = await examination.Bucket.CreateUploadAsync(key, cancellationToken, algorithm ? [("x-amz-checksum-algorithm", "CRC32")] : []);
        var part = await examination.Bucket.UploadPartAsync(key, upload, 1, Data, cancellationToken, row.Mode, row.AsMinio);
        if (!part.IsSuccess)
        {
            await examination.Bucket.AbortUploadAsync(key, upload, cancellationToken);
            return Refusal(part);
        }

        var completed = await examination.Bucket.CompleteUploadAsync(key, upload, [new UploadedPart(1, Bytes, (part.Header("etag") ?? "").Trim('"'))], cancellationToken);
        return completed.IsSuccess ? await ReadBackAsync(examination, key, cancellationToken) : Refusal(completed);
    }

    private static async Task<string> ReadBackAsync(Examination examination, string key, CancellationToken cancellationToken)
    {
        var read = (await examination.Bucket.GetObjectAsync(key, cancellationToken)).Expect(200);
        return read.Body.AsSpan().SequenceEqual(Data) ? "ok"
            : read.Body.Length > Bytes ? $"taken, but {read.Body.Length - Bytes} bytes of framing are kept in the object"
            : "taken, but read back changed";
    }

    private static string Refusal(S3Answer answer) => answer.Message.Length > 0 ? $"{answer.Outcome}, {answer.Message}" : answer.Outcome;
}
