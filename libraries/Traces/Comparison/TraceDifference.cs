namespace TempoCos.Traces.Comparison;

/// <summary>One difference.</summary>
/// <param name="Kind">Missing, extra or changed.</param>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="Field">Path of the field, such as <c>attributes[http.route]</c>, <c>events[0].name</c> or <c>resource.attributes[service.name]</c>; the span's name when a whole span is missing or extra.</param>
/// <param name="Expected">The expected value as text; null when there should be none.</param>
/// <param name="Got">The value as text; null when there is none.</param>
public sealed record TraceDifference(TraceDifferenceKind Kind, string SpanId, string Field, string? Expected, string? Got)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => Kind switch
    {
        TraceDifferenceKind.MissingSpan => $"span {SpanId} ({Field}) is missing",
        TraceDifferenceKind.ExtraSpan => $"span {SpanId} ({Field}) was not expected",
        _ => $"span {SpanId} {Field}: expected {Expected ?? "nothing"}, got {Got ?? "nothing"}",
    };
}
