using System.Text;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Tempo.Distributor;

/// <summary>Cuts attribute keys and string values to a number of UTF-8 bytes, at every level. Strings inside arrays are left alone, as by Tempo.</summary>
public sealed class AttributeTruncation(int maxBytes)
{
    /// <summary>How many were cut.</summary>
    public int Apply(IEnumerable<ResourceSpans> batches)
    {
        var count = 0;
        foreach (var batch in batches)
        {
            count += Apply(batch.Resource?.Attributes);
            foreach (var scope in batch.ScopeSpans)
            {
                count += Apply(scope.Scope?.Attributes);
                foreach (var span in scope.Spans)
                {
                    count += Apply(span.Attributes);
                    foreach (var item in span.Events)
                    {
                        count += Apply(item.Attributes);
                    }

                    foreach (var link in span.Links)
                    {
                        count += Apply(link.Attributes);
                    }
                }
            }
        }

        return count;
    }

    private int Apply(RepeatedField<KeyValue>? attributes)
    {
        var count = 0;
        foreach (var attribute in attributes ?? [])
        {
            if (TooLong(attribute.Key))
            {
                attribute.Key = Cut(attribute.Key);
                count++;
            }

            attribute.Value ??= new();
            if (attribute.Value is { ValueCase: AnyValue.ValueOneofCase.StringValue } value && TooLong(value.StringValue))
            {
                value.StringValue = Cut(value.StringValue);
                count++;
            }
        }

        return count;
    }

    private bool TooLong(string text) => maxBytes > 0 && text.Length > maxBytes / 3 && Encoding.UTF8.GetByteCount(text) > maxBytes;

    // A sequence that the limit would split is left out: half of one is no text.
    private string Cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var end = maxBytes;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(bytes, 0, end);
    }
}
