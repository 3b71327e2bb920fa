namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A span's numbers in the nested set.</summary>
[Flags]
public enum TreeNumbers
{
    None = 0,
    Left = 1,
    Right = 2,
    Parent = 4,
}
