using System.Text.Json;
using TempoCos.Contracts;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>The evidence of a run, to keep. Its JSON is described by docs/receipt.schema.json.</summary>
internal sealed record Receipt(
    string Schema,
    string RunId,
    string TempoCosVersion,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    string Verdict,
    int ExitCode,
    string Summary,
    string TraceId,
    ReceiptStore? Store,
    ReceiptTempo? Tempo,
    ReceiptTraces? Traces,
    IReadOnlyList<ReceiptCheck> Checks,
    IReadOnlyList<ReceiptRung> Rungs,
    IReadOnlyList<ReceiptClimb>? Climbs,
    ReceiptChange? Change,
    IReadOnlyList<ReceiptStep> Steps,
    ReceiptError? Error,
    ReceiptCleanUp CleanUp,
    ReceiptCost? Cost)
{
    public const string SchemaId = "https://tempocos.dev/schemas/receipt-1.json";

    public static Receipt From(RunRecord run) => new(
        SchemaId,
        run.RunId,
        typeof(Receipt).Assembly.GetName().Version!.ToString(3),
        run.Started,
        run.Finished,
        VerdictText.Of(run.Verdict),
        Outcome.ExitCodeOf(run),
        Outcome.SummaryOf(run),
        run.TraceId,
        ReceiptStore.From(run.Provisioned, run.Baseline),
        ReceiptTempo.From(run),
        ReceiptTraces.From(run.Generated),
        [.. run.Checks.OrderBy(check => check.Id, StringComparer.Ordinal).Select(ReceiptCheck.From)],
        [.. run.LastRungs.Select(ReceiptRung.From)],
        run.Request.Change.Count > 0 ? [.. run.Climbs.Select(climb => ReceiptClimb.From(climb, run))] : null,
        run.Changed is { } changed ? ReceiptChange.From(changed) : null,
        [.. run.Steps.Select(ReceiptStep.From)],
        run.Error is { } error ? new ReceiptError(error.Code, error.Value, error.Reason, error.Fix) : null,
        ReceiptCleanUp.From(run),
        ReceiptCost.From(run));

    public static Receipt? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ReceiptJson.Default.Receipt);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static Verdict ParseVerdict(string? text) =>
        Enum.GetValues<Verdict>().FirstOrDefault(verdict => VerdictText.Of(verdict) == text);

    public string ToJson() => JsonSerializer.Serialize(this, ReceiptJson.Default.Receipt);
}
