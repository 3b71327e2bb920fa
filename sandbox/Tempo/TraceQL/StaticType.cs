namespace TempoCos.Tempo.TraceQL;

/// <summary>
/// Types of values; <see cref="Attribute"/> is an attribute's, which nobody knows before it is read. Where values of different types are put in order, it is this order.
/// </summary>
public enum StaticType
{
    Nil,
    Spanset,
    Attribute,
    Int,
    Float,
    String,
    Boolean,
    IntArray,
    FloatArray,
    StringArray,
    BooleanArray,
    Duration,
    Status,
    Kind,
}
