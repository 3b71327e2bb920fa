namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// A column of the schema. <paramref name="Group"/> is the path of its nearest repeated ancestor ("" at the root), whose levels the required
/// columns below share.
/// </summary>
internal sealed record LeafSpec(
    string Path, string Group, LeafKind Kind, LeafEncoding Encoding, bool IsCompressed, bool IsOptional, int Repetition, int Definition);
