namespace TempoCos.Tempo.Distributor.Export;

/// <summary>A batch or a scope of a message: where its resource or scope lies, and its schema's URL. A start below zero: not there.</summary>
internal struct GroupSlice
{
    public int Parent;
    public int HeadStart;
    public int HeadLength;
    public int SchemaStart;
    public int SchemaLength;
}
