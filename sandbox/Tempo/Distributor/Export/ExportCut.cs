using TempoCos.Tempo.Ingester;

namespace TempoCos.Tempo.Distributor.Export;

/// <summary>Puts the slices of one trace together to a message of its own (TracesData), in the ingester's batch.</summary>
internal static class ExportCut
{
    private const byte FirstField = 10;
    private const byte SecondField = 18;
    private const byte ThirdField = 26;
    private static readonly byte[] EmptyStatus = [122, 0];

    public static void Append(ReadOnlySpan<byte> message, ExportWalk walk, in TraceSlice trace, TraceBatch batch)
    {
        batch.Begin();
        var (resource, scope) = (-1, -1);
        var (resourceMark, scopeMark) = (0, 0);
        for (var i = trace.First; i >= 0;)
        {
            var span = walk.Spans[i];
            if (span.Scope != scope)
            {
                if (scope >= 0)
                {
                    batch.EndBlock(scopeMark);
                }

                scope = span.Scope;
                var scopeSlice = walk.Scopes[scope];
                if (scopeSlice.Parent != resource)
                {
                    if (resource >= 0)
                    {
                        batch.EndBlock(resourceMark);
                    }

                    resource = scopeSlice.Parent;
                    resourceMark = batch.BeginBlock(FirstField);
                    AppendHead(message, walk.Batches[resource], batch);
                }

                scopeMark = batch.BeginBlock(SecondField);
                AppendHead(message, scopeSlice, batch);
            }

            var status = span.HasStatus ? 0 : EmptyStatus.Length;
            batch.AppendPrefix(SecondField, span.Length + status);
            batch.Append(message.Slice(span.Start, span.Length));
            if (status > 0)
            {
                // The collector's model has one always; so does what Tempo answers.
                batch.Append(EmptyStatus);
            }

            i = span.Next;
        }

        batch.EndBlock(scopeMark);
        batch.EndBlock(resourceMark);
        batch.End(trace.Id, Seconds(trace.Start), Seconds(trace.End), trace.Spans);
    }

    // Resource or scope, empty when the sender left it out, and the schema's URL. Fields may come in any order.
    private static void AppendHead(ReadOnlySpan<byte> message, in GroupSlice group, TraceBatch batch)
    {
        batch.AppendPrefix(FirstField, group.HeadStart < 0 ? 0 : group.HeadLength);
        if (group.HeadStart >= 0)
        {
            batch.Append(message.Slice(group.HeadStart, group.HeadLength));
        }

        if (group.SchemaStart >= 0 && group.SchemaLength > 0)
        {
            batch.AppendPrefix(ThirdField, group.SchemaLength);
            batch.Append(message.Slice(group.SchemaStart, group.SchemaLength));
        }
    }

    private static uint Seconds(ulong nanos) => (uint)Math.Min(nanos / 1_000_000_000, uint.MaxValue);
}
