using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Takes values out of pages.</summary>
internal static class ColumnValue
{
    public static ScanValue Read(ColumnPage page, int ordinal, ScanValueKind kind) => Read(page.Values, page.IndexOf(ordinal), kind, page.IsIndexed);

    public static ScanValue Read(ValueArray values, int index, ScanValueKind kind, bool isShared) => kind switch
    {
        ScanValueKind.Text => ScanValue.From(values.Text(index, isShared)),
        ScanValueKind.Whole => ScanValue.From(values.Integer(index)),
        ScanValueKind.Floating => ScanValue.From(values.Double(index)),
        ScanValueKind.Flag => ScanValue.From(values.Boolean(index)),
        _ => ScanValue.From(values.Bytes(index).ToArray()),
    };
}
