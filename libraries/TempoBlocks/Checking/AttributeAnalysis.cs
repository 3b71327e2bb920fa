using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Checking;

/// <summary>Counts and sizes of a block's attributes by key.</summary>
public static class AttributeAnalysis
{
    private const int MaxKeys = 100_000;
    private static readonly string[] ResourceColumns =
        ["service.name", "cluster", "namespace", "pod", "container", "k8s.cluster.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name"];

    private static readonly string[] SpanColumns = ["http.method", "http.url", "http.status_code"];

    /// <summary>Reads the whole block; largest first.</summary>
    /// <exception cref="BlockFormatException">The block is damaged.</exception>
    public static async Task<IReadOnlyList<AttributeSummary>> RunAsync(BlockReader reader, Action<long>? progress, CancellationToken ct)
    {
        var totals = new Dictionary<(string Scope, string Key), (long Count, long Bytes)>();
        var traces = 0L;
        await foreach (var trace in reader.ReadAllAsync(ct))
        {
            foreach (var resource in trace.Trace.ResourceSpans)
            {
                Add(totals, "resource", resource.Resource?.Attributes);
                foreach (var scope in resource.ScopeSpans)
                {
                    Add(totals, "instrumentation", scope.Scope?.Attributes);
                    foreach (var span in scope.Spans)
                    {
                        Add(totals, "span", span.Attributes);
                        foreach (var item in span.Events)
                        {
                            Add(totals, "event", item.Attributes);
                        }

                        foreach (var link in span.Links)
                        {
                            Add(totals, "link", link.Attributes);
                        }
                    }
                }
            }

            progress?.Invoke(++traces);
        }

        return
        [
            .. totals
                .Select(t => new AttributeSummary(t.Key.Scope, t.Key.Key, t.Value.Count, t.Value.Bytes, HasColumn(reader.Meta, t.Key.Scope, t.Key.Key)))
                .OrderByDescending(a => a.Bytes).ThenBy(a => a.Scope, StringComparer.Ordinal).ThenBy(a => a.Key, StringComparer.Ordinal),
        ];
    }

    private static bool HasColumn(BlockMeta meta, string scope, string key) =>
        meta.DedicatedColumns.Any(c => c.Scope == scope && c.Name == key)
        || (scope == "resource" && (key == "service.name" || (meta.Format != "vParquet5" && ResourceColumns.Contains(key))))
        || (scope == "span" && meta.Format != "vParquet5" && SpanColumns.Contains(key));

    private static void Add(Dictionary<(string, string), (long Count, long Bytes)> totals, string scope, RepeatedField<KeyValue>? attributes)
    {
        foreach (var attribute in attributes ?? [])
        {
            // Keys without end are a mistake of the sender; the largest are what is asked for, and memory stays bounded.
            if (totals.Count < MaxKeys || totals.ContainsKey((scope, attribute.Key)))
            {
                ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, (scope, attribute.Key), out _);
                total = (total.Count + 1, total.Bytes + Size(attribute.Value));
            }
        }
    }

    private static long Size(AnyValue? value) => value?.ValueCase switch
    {
        null or AnyValue.ValueOneofCase.None => 0,
        AnyValue.ValueOneofCase.StringValue => Encoding.UTF8.GetByteCount(value.StringValue),
        AnyValue.ValueOneofCase.BoolValue => 1,
        AnyValue.ValueOneofCase.IntValue or AnyValue.ValueOneofCase.DoubleValue => 8,
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.Length,
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Sum(Size),
        _ => value.CalculateSize(),
    };
}
