namespace TempoCos.TempoBlocks.Checking;

/// <summary>A column over all row groups.</summary>
/// <param name="Path">Its path in the schema.</param>
/// <param name="Bytes">As stored, dictionaries included.</param>
/// <param name="DictionaryBytes">Of the dictionary pages; 0 for a column without.</param>
/// <param name="Values">Entries, missing ones included.</param>
/// <param name="Codec">The compression.</param>
public sealed record ColumnSummary(string Path, long Bytes, long DictionaryBytes, long Values, string Codec);
