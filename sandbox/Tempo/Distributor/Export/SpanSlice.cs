namespace TempoCos.Tempo.Distributor.Export;

/// <summary>Where a span lies in the message, in which scope, and the next one of its trace (-1: none).</summary>
internal struct SpanSlice
{
    public int Start;
    public int Length;
    public int Scope;
    public int Next;
    public bool HasStatus;
}
