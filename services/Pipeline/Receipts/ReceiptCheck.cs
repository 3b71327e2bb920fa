using TempoCos.Contracts;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Receipts;

/// <summary>One check of the doctor: in a receipt, and in the document of <c>tempocos doctor --format json</c>.</summary>
internal sealed record ReceiptCheck(string Id, string Name, string Severity, string Message, IReadOnlyDictionary<string, string> Evidence, string Fix, double Seconds)
{
    public static ReceiptCheck From(CheckResult check) => new(
        check.Id, check.Name, SeverityText.Of(check.Severity), check.Message, new SortedDictionary<string, string>(check.Evidence, StringComparer.Ordinal), check.Fix, check.Duration?.ToTimeSpan().TotalSeconds ?? 0);
}
