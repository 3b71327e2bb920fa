namespace TempoCos.TempoBlocks.Writing;

/// <summary>The types of columns that traces need.</summary>
internal enum LeafKind
{
    Bytes,
    Text,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Double,
    Boolean,
}
