using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>A span of a block. The slots say where the values of a plan's targets are, -1 for what the span or its trace has anyway.</summary>
public sealed class ScannedSpanSource(ScannedTraceSource trace, ScannedSpan span, IReadOnlyList<int> slots) : ISpanSource
{
    public ReadOnlySpan<byte> Id => span.Id.Span;

    public ulong Start => span.StartNano;

    public ulong Duration => span.DurationNano;

    public int Left => span.Left;

    public int Right => span.Right;

    public int ParentLeft => span.ParentLeft;

    public void Read(FetchTarget target, StoredValues into)
    {
        var slot = slots[target.Index];
        if (slot < 0)
        {
            into.AddOne(0, Known(target.Intrinsic));
            return;
        }

        var values = span.Values(slot);
        if (span.IsArray(slot))
        {
            into.Begin(0);
            foreach (var value in values)
            {
                into.Add(Convert(target, value));
            }

            return;
        }

        // Several values are those of several events or links, or of a repeated key.
        var each = target.Level is Level.Event or Level.Link;
        for (var i = 0; i < values.Length; i++)
        {
            into.AddOne(each ? i : 0, Convert(target, values[i]));
        }
    }

    private Static Known(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Duration => Static.OfDuration(unchecked((long)span.DurationNano)),
        Intrinsic.SpanId => Static.Of(Hex(span.Id.Span)),
        Intrinsic.NestedSetLeft => Static.Of((long)span.Left),
        Intrinsic.NestedSetRight => Static.Of((long)span.Right),
        Intrinsic.NestedSetParent => Static.Of((long)span.ParentLeft),
        Intrinsic.TraceId => Static.Of(trace.Id.ToStrippedString()),
        Intrinsic.TraceDuration => Static.OfDuration(unchecked((long)trace.Duration)),
        Intrinsic.RootName => Static.Of(trace.RootSpanName),
        Intrinsic.RootServiceName => Static.Of(trace.RootServiceName),
        _ => Static.OfDuration(unchecked((long)span.StartNano)),
    };

    /// <summary>The language's value for a column's.</summary>
    public static Static Convert(FetchTarget target, ScanValue value) => value.Kind switch
    {
        ScanValueKind.Text => Static.Of(value.AsText),
        ScanValueKind.Floating => Static.Of(value.AsFloating),
        ScanValueKind.Flag => Static.Of(value.AsFlag),
        ScanValueKind.Bytes => Static.Of(target.Intrinsic == Intrinsic.LinkTraceId
            ? System.Convert.ToHexStringLower(value.AsBytes.Span).TrimStart('0')
            : Hex(value.AsBytes.Span)),
        _ => target.Intrinsic switch
        {
            Intrinsic.Status => Static.StatusOf(value.AsWhole),
            Intrinsic.Kind => Static.KindOf(value.AsWhole),
            Intrinsic.EventTimeSinceStart => Static.OfDuration(value.AsWhole),
            _ => Static.Of(value.AsWhole),
        },
    };

    private static string Hex(ReadOnlySpan<byte> id) => System.Convert.ToHexStringLower(id).TrimStart('0').PadLeft(16, '0');
}
