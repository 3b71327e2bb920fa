using System.Buffers;

namespace TempoCos.Tempo.TraceQL;

/// <summary>An attribute or intrinsic of a query. <paramref name="Name"/> is the key, or the intrinsic as it was written.</summary>
public sealed record Attribute(AttributeScope Scope, string Name, Intrinsic Intrinsic = Intrinsic.None)
{
    public override string ToString() => Scope switch
    {
        AttributeScope.Intrinsic => Name,
        AttributeScope.Any => "." + Quoted,
        _ => Scope.ToString().ToLowerInvariant() + "." + Quoted,
    };

    private static readonly SearchValues<char> Special = SearchValues.Create(" {}()=~!<>&|^,\"");

    private string Quoted => Name.AsSpan().IndexOfAny(Special) < 0 ? Name : $"\"{Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
