namespace TempoCos.Tempo.TraceQL;

/// <summary>Types of values; <see cref="Any"/> is an attribute, whose type nobody knows before it is read.</summary>
public enum StaticType
{
    Any,
    Nil,
    Int,
    Float,
    String,
    Bool,
    Duration,
    Status,
    Kind,
}
