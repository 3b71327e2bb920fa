namespace TempoCos.Pipeline.Doctor.Explaining;

/// <summary>A row of docs/diagnostics.md, and the long form where there is one.</summary>
/// <param name="Table">Heading of the table that it stands in.</param>
/// <param name="Value">What the error's value names.</param>
/// <param name="LongForm">Markdown of docs/diagnostics/CODE.md without its heading; null without one.</param>
internal sealed record Explanation(string Code, string Table, string Meaning, string Value, string Fix, string? LongForm);
