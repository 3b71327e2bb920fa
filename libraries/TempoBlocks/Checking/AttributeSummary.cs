namespace TempoCos.TempoBlocks.Checking;

/// <summary>An attribute over a whole block.</summary>
/// <param name="Scope">resource, instrumentation, span, event or link.</param>
/// <param name="Key">Its key.</param>
/// <param name="Count">Occurrences; a resource's or scope's attribute counts once a trace that has the resource or scope.</param>
/// <param name="Bytes">Of its values as UTF-8 or eight bytes a number, before encoding: what a column of its own would save from the generic one.</param>
/// <param name="HasColumn">Whether it has a column of its own.</param>
public sealed record AttributeSummary(string Scope, string Key, long Count, long Bytes, bool HasColumn);
