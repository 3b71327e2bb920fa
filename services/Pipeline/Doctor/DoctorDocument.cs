using TempoCos.Contracts;
using TempoCos.Doctor;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Receipts;

namespace TempoCos.Pipeline.Doctor;

/// <summary>What <c>tempocos doctor --format json</c> writes; docs/doctor.schema.json describes it.</summary>
internal sealed record DoctorDocument(string Schema, string TempoCosVersion, string Subject, DateTimeOffset Started, double Seconds, string Worst, int ExitCode, IReadOnlyList<ReceiptCheck> Checks)
{
    public const string SchemaId = "https://tempocos.dev/schemas/doctor-1.json";

    public static DoctorDocument From(string subject, DateTimeOffset started, TimeSpan took, int exitCode, IReadOnlyList<CheckResult> results) => new(
        SchemaId,
        typeof(DoctorDocument).Assembly.GetName().Version!.ToString(3),
        subject,
        started,
        Math.Round(took.TotalSeconds, 3),
        SeverityText.Of(results.Worst()),
        exitCode,
        [.. results.Select(ReceiptCheck.From)]);
}
